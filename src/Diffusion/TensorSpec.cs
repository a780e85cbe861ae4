namespace OrleansDiffusion.Diffusion;

/// <summary>Element types that diffusion graphs use at their borders.</summary>
public enum TensorType
{
    Float32,
    Float16,
    Float64,
    Int32,
    Int64,
    Bool,
}

/// <summary>One input or output as the graph itself declares it.</summary>
/// <param name="Name">The name in the graph; exports differ, so roles are found by name, rank and type.</param>
/// <param name="Type">Element type.</param>
/// <param name="Dimensions">One entry per axis; -1 where the axis is dynamic. Empty for a scalar.</param>
public sealed record TensorSpec(string Name, TensorType Type, IReadOnlyList<int> Dimensions)
{
    public int Rank => Dimensions.Count;
}
