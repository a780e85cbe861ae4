namespace OrleansDiffusion.Diffusion.Onnx.Tests;

public sealed class OnnxDevicesTests
{
    [Fact]
    public void The_processor_is_always_there()
    {
        var cpu = OnnxDevices.Probe()[0];

        Assert.Equal("cpu0", cpu.Id);
        Assert.Equal(OnnxProvider.Cpu, cpu.Provider);
        Assert.NotEmpty(cpu.Name);
        Assert.Equal(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, cpu.MemoryBytes);
    }

    [Fact]
    public void The_processor_can_always_be_chosen() =>
        Assert.Equal(new ProviderChoice(OnnxProvider.Cpu, Notice: null), OnnxDevices.Choose(OnnxProvider.Cpu));

    [Fact]
    public void An_absent_gpu_is_one_clear_message()
    {
        SkipWithGpu();

        var exception = Assert.Throws<InferenceException>(() => OnnxDevices.Choose(OnnxProvider.Cuda(1)));

        Assert.StartsWith("CUDA device 1 cannot be used: ", exception.Message);
        Assert.Contains("Choose the provider 'cpu'", exception.Message);
    }

    [Fact]
    public void A_session_never_falls_back_by_itself()
    {
        SkipWithGpu();
        using var folder = new TemporaryFolder();
        var path = folder.Write("graph/model.onnx", Graphs.Sum());
        var provider = OnnxProvider.Cuda() with { AllowCpuFallback = true };

        Assert.Throws<InferenceException>(() => OnnxModelSession.Load(path, provider));
    }

    [Fact]
    public void The_processor_stands_in_where_that_is_allowed_and_it_is_said()
    {
        SkipWithGpu();

        var choice = OnnxDevices.Choose(OnnxProvider.Cuda() with { AllowCpuFallback = true, ThreadCount = 3 });

        Assert.Equal(OnnxProvider.Cpu with { ThreadCount = 3 }, choice.Provider);
        Assert.StartsWith("Running on the CPU, which is much slower, since cuda0 was asked for and fallback is allowed.", choice.Notice);
    }

    [Theory]
    [InlineData("cpu", 5, "cpu0")]
    [InlineData("cuda", 2, "cuda2")]
    public void Providers_are_read_from_configuration(string name, int deviceId, string device) =>
        Assert.Equal(device, OnnxProvider.Parse(name, deviceId).DeviceName);

    [Theory]
    [InlineData("rocm", 0)]
    [InlineData("CPU", 0)]
    [InlineData("cuda", -1)]
    public void An_unknown_provider_is_refused(string name, int deviceId) =>
        Assert.Throws<ArgumentException>(() => OnnxProvider.Parse(name, deviceId));

    private static void SkipWithGpu() => Assert.SkipWhen(OnnxDevices.Probe().Count > 1, "This machine has a GPU that works; the test is about one that is absent.");
}
