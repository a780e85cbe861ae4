namespace OrleansDiffusion.Diffusion.Onnx.Tests;

/// <summary>Every network of the golden models, against what PyTorch computed. Tolerance 1e-5 of the largest output.</summary>
public sealed class GoldenComponentTests
{
    private const double RelativeTolerance = 1e-5;
    private const string Prefix = "component_";

    public static IEnumerable<TheoryDataRow<string, string>> Components() =>
        from pipeline in Directory.EnumerateDirectories(Path.Combine(GoldenFolder.Path, "pipelines")).Order()
        from file in Directory.EnumerateFiles(Path.Combine(pipeline, "golden"), Prefix + "*.json").Order()
        select new TheoryDataRow<string, string>(Path.GetFileName(pipeline), Path.GetFileNameWithoutExtension(file)[Prefix.Length..]);

    [Theory]
    [MemberData(nameof(Components))]
    public void A_network_computes_what_the_reference_did_run_once_and_bound(string pipeline, string component)
    {
        var golden = GoldenComponent.Read(pipeline, component);
        using var session = Load(pipeline, component);
        var inputs = golden.Inputs(session.Inputs);

        var once = session.Run(inputs, golden.OutputNames);
        Assert.Equal(golden.OutputNames.Order(), once.Keys.Order());
        foreach (var (name, tensor) in once) AssertClose(golden, name, tensor);

        var bound = golden.OutputNames.ToDictionary(name => name, name => Tensor.Zeros(TensorType.Float32, golden.OutputShape(name)));
        using var binding = session.Bind(inputs, bound);
        for (var run = 0; run < 2; run++)
        {
            foreach (var tensor in bound.Values) tensor.Floats.Fill(float.NaN);
            binding.Run();
            foreach (var (name, tensor) in bound) AssertClose(golden, name, tensor);
        }
    }

    private static OnnxModelSession Load(string pipeline, string component) => OnnxModelSession.Load(
        Path.Combine(GoldenFolder.Pipeline(pipeline), "model", component, OnnxModelLoader.GraphFileName), OnnxProvider.Cpu);

    private static void AssertClose(GoldenComponent golden, string name, Tensor actual)
    {
        var expected = golden.Output(name);
        Assert.Equal(golden.OutputShape(name), actual.Shape);
        var tolerance = RelativeTolerance * expected.Max(Math.Abs);
        var worst = expected.Zip(actual.Floats.ToArray(), (wanted, got) => Math.Abs(wanted - got)).Max();
        Assert.True(worst <= tolerance, $"{name}: off by {worst:g3}, allowed {tolerance:g3}");
    }
}
