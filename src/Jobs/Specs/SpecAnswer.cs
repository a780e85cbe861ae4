namespace OrleansDiffusion.Jobs;

/// <summary>A request with every choice made, or everything that is wrong with it.</summary>
/// <param name="Spec">Null when there is a problem.</param>
/// <param name="Problems">All of them at once, in the order of the fields.</param>
public sealed record SpecAnswer(GenerationSpec? Spec, IReadOnlyList<FieldProblem> Problems);
