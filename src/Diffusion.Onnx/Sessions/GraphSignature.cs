using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace OrleansDiffusion.Diffusion.Onnx;

/// <summary>What a graph takes and gives, as it declares it, and whether tensors fit that.</summary>
internal sealed class GraphSignature
{
    private readonly string _graph;

    private GraphSignature(string graph, IReadOnlyList<TensorSpec> inputs, IReadOnlyList<TensorSpec> outputs)
    {
        _graph = graph;
        Inputs = inputs;
        Outputs = outputs;
    }

    public IReadOnlyList<TensorSpec> Inputs { get; }

    public IReadOnlyList<TensorSpec> Outputs { get; }

    /// <exception cref="InferenceException">The graph uses element types at its border that diffusion graphs do not.</exception>
    public static GraphSignature Read(string graph, InferenceSession session) => new(
        graph,
        [.. session.InputNames.Select(name => Spec(graph, name, session.InputMetadata[name]))],
        [.. session.OutputNames.Select(name => Spec(graph, name, session.OutputMetadata[name]))]);

    /// <summary>Every input given, none unknown, each with its declared type and a shape that can be it.</summary>
    public void CheckInputs(IReadOnlyDictionary<string, Tensor> inputs)
    {
        var problems = Problems("input", Inputs, inputs).ToList();
        problems.AddRange(Inputs.Where(spec => !inputs.ContainsKey(spec.Name)).Select(spec => $"input {Describe(spec)} is missing"));
        Refuse(problems);
    }

    /// <summary>Each output known, with its declared type and a shape that can be it.</summary>
    public void CheckOutputs(IReadOnlyDictionary<string, Tensor> outputs)
    {
        var problems = Problems("output", Outputs, outputs).ToList();
        if (outputs.Count == 0) problems.Add("no output was asked for");
        Refuse(problems);
    }

    public void CheckOutputNames(IReadOnlyList<string> names) => Refuse(
        [.. names.Where(name => Outputs.All(spec => spec.Name != name)).Select(name => Unknown("output", name, Outputs))]);

    private static IEnumerable<string> Problems(string role, IReadOnlyList<TensorSpec> specs, IReadOnlyDictionary<string, Tensor> tensors)
    {
        foreach (var (name, tensor) in tensors)
        {
            var spec = specs.FirstOrDefault(candidate => candidate.Name == name);
            if (spec is null) yield return Unknown(role, name, specs);
            else if (!Fits(spec, tensor)) yield return $"{role} {Describe(spec)} was given {Describe(tensor)}";
        }
    }

    private static bool Fits(TensorSpec spec, Tensor tensor) =>
        spec.Type == tensor.Type
        && spec.Rank == tensor.Shape.Count
        && spec.Dimensions.Zip(tensor.Shape).All(axis => axis.First < 0 || axis.First == axis.Second);

    private void Refuse(List<string> problems)
    {
        if (problems.Count > 0) throw new InferenceException($"{_graph}: {string.Join("; ", problems)}.");
    }

    private static string Unknown(string role, string name, IEnumerable<TensorSpec> specs) =>
        $"there is no {role} '{name}' (there is {string.Join(", ", specs.Select(spec => spec.Name))})";

    private static string Describe(TensorSpec spec) =>
        $"'{spec.Name}' {spec.Type}[{string.Join(',', spec.Dimensions.Select(axis => axis < 0 ? "?" : axis.ToString()))}]";

    private static string Describe(Tensor tensor) => $"{tensor.Type}[{string.Join(',', tensor.Shape)}]";

    private static TensorSpec Spec(string graph, string name, NodeMetadata metadata) =>
        metadata.IsTensor
            ? new TensorSpec(name, TensorMemory.TypeOf(graph, name, metadata.ElementDataType), metadata.Dimensions)
            : throw new InferenceException($"{graph}: '{name}' is not a tensor but {metadata.OnnxValueType}.");
}
