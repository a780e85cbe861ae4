using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Abstractions;

/// <summary>
/// A grain could not answer, for a reason that its caller may know. It crosses grain borders with its refusal, which the
/// exceptions of stores do not.
/// </summary>
[GenerateSerializer]
public sealed class RefusedException(Refusal refusal) : Exception(refusal.Message)
{
    [Id(0)]
    public Refusal Refusal { get; private set; } = refusal;
}
