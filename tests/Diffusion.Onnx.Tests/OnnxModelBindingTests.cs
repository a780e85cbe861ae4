namespace OrleansDiffusion.Diffusion.Onnx.Tests;

public sealed class OnnxModelBindingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Tensor _x = Tensor.FromFloats([1, 2, 3], 1, 3);
    private readonly Tensor _y = Tensor.FromFloats([10, 20, 30], 1, 3);
    private readonly Tensor _sum = Tensor.Zeros(TensorType.Float32, 1, 3);

    [Fact]
    public void Changes_made_in_place_are_seen_by_the_next_run()
    {
        using var session = Load(Graphs.Sum());
        using var binding = Bind(session);

        binding.Run();
        Assert.Equal([11f, 22f, 33f], _sum.Floats.ToArray());

        _x.Floats.Fill(100);
        binding.Run();
        Assert.Equal([110f, 120f, 130f], _sum.Floats.ToArray());
    }

    [Fact]
    public void A_bound_run_allocates_nothing()
    {
        using var session = Load(Graphs.Sum());
        using var binding = Bind(session);
        using var cancellation = new CancellationTokenSource();
        for (var warm = 0; warm < 50; warm++) binding.Run(cancellation.Token);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var run = 0; run < 1000; run++) binding.Run(cancellation.Token);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Collections_in_between_do_not_move_the_numbers()
    {
        using var session = Load(Graphs.Sum());
        using var binding = Bind(session);
        for (var run = 1; run <= 20; run++)
        {
            _x.Floats.Fill(run);
            GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
            binding.Run();
            Assert.Equal([run + 10f, run + 20f, run + 30f], _sum.Floats.ToArray());
        }
    }

    [Fact]
    public void Two_bindings_of_one_session_keep_apart()
    {
        using var session = Load(Graphs.Sum());
        var tall = Tensor.Zeros(TensorType.Float32, 4, 3);
        using var first = Bind(session);
        using var second = session.Bind(
            new Dictionary<string, Tensor> { ["x"] = Tensor.Zeros(TensorType.Float32, 4, 3), ["y"] = Tensor.FromFloats(new float[12], 4, 3) },
            new Dictionary<string, Tensor> { ["twice"] = tall });
        tall.Floats.Fill(-1);

        first.Run();
        second.Run();

        Assert.Equal([11f, 22f, 33f], _sum.Floats.ToArray());
        Assert.Equal(new float[12], tall.Floats.ToArray());
    }

    [Fact]
    public void An_output_tensor_of_the_wrong_size_is_an_error_not_a_silent_loss()
    {
        using var session = Load(Graphs.Sum());
        using var binding = session.Bind(
            new Dictionary<string, Tensor> { ["x"] = _x, ["y"] = _y },
            new Dictionary<string, Tensor> { ["sum"] = Tensor.Zeros(TensorType.Float32, 2, 3) });

        Assert.Throws<InferenceException>(() => binding.Run());
    }

    [Fact]
    public void Wrong_outputs_are_refused_when_binding()
    {
        using var session = Load(Graphs.Sum());
        var inputs = new Dictionary<string, Tensor> { ["x"] = _x, ["y"] = _y };

        var type = Assert.Throws<InferenceException>(() => session.Bind(inputs, new Dictionary<string, Tensor> { ["sum"] = Tensor.Zeros(TensorType.Float16, 1, 3) }));
        var name = Assert.Throws<InferenceException>(() => session.Bind(inputs, new Dictionary<string, Tensor> { ["total"] = _sum }));
        var none = Assert.Throws<InferenceException>(() => session.Bind(inputs, new Dictionary<string, Tensor>()));

        Assert.Contains("output 'sum' Float32[?,3] was given Float16[1,3]", type.Message);
        Assert.Contains("there is no output 'total'", name.Message);
        Assert.Contains("no output was asked for", none.Message);
    }

    [Fact]
    public void A_run_is_stopped_in_the_middle_and_the_session_lives_on()
    {
        using var session = Load(Graphs.Endless());
        using var lane = new DeviceThread("cpu0");
        using var cancellation = new CancellationTokenSource();
        var value = Tensor.FromFloats([1]);
        var result = Tensor.FromFloats([-1]);
        using var binding = session.Bind(new Dictionary<string, Tensor> { ["x"] = value }, new Dictionary<string, Tensor> { ["y"] = result });
        using var begun = new ManualResetEventSlim();

        var endless = lane.Run(_ => { begun.Set(); binding.Run(cancellation.Token); return 0; });
        begun.Wait();
        cancellation.Cancel();

        Assert.Throws<OperationCanceledException>(() => endless.GetAwaiter().GetResult());
        value.Floats[0] = 0;
        binding.Run();
        Assert.Equal(0, result.Floats[0]);
    }

    [Fact]
    public void A_one_shot_run_is_stopped_in_the_middle_and_the_session_lives_on()
    {
        using var session = Load(Graphs.Endless());
        using var lane = new DeviceThread("cpu0");
        using var cancellation = new CancellationTokenSource();
        using var begun = new ManualResetEventSlim();
        Dictionary<string, Tensor> Input(float number) => new() { ["x"] = Tensor.FromFloats([number]) };

        var endless = lane.Run(_ => { begun.Set(); return session.Run(Input(1), [], cancellation.Token); });
        begun.Wait();
        cancellation.Cancel();

        Assert.Throws<OperationCanceledException>(() => endless.GetAwaiter().GetResult());
        Assert.Equal(0, session.Run(Input(0), [])["y"].Floats[0]);
    }

    [Fact]
    public void A_token_that_has_ended_before_the_run_stops_it()
    {
        using var session = Load(Graphs.Sum());
        using var binding = Bind(session);

        Assert.Throws<OperationCanceledException>(() => binding.Run(new CancellationToken(canceled: true)));

        Assert.Equal(new float[3], _sum.Floats.ToArray());
    }

    [Fact]
    public void The_session_ends_its_bindings()
    {
        var session = Load(Graphs.Sum());
        var binding = Bind(session);

        session.Dispose();
        binding.Dispose();

        Assert.Throws<ObjectDisposedException>(() => binding.Run());
    }

    public void Dispose() => _folder.Dispose();

    private IModelBinding Bind(OnnxModelSession session) => session.Bind(
        new Dictionary<string, Tensor> { ["x"] = _x, ["y"] = _y }, new Dictionary<string, Tensor> { ["sum"] = _sum });

    private OnnxModelSession Load(byte[] model) =>
        OnnxModelSession.Load(_folder.Write("graph/model.onnx", model), OnnxProvider.Cpu);
}
