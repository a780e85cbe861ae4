using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Http;

/// <summary>What a model takes and what it does when nothing is said.</summary>
public sealed record ModelFactsBody
{
    /// <summary>A side is a multiple of this many pixels.</summary>
    public required int SideMultiple { get; init; }

    public required int SideMin { get; init; }

    public required int SideMax { get; init; }

    public required int DefaultWidth { get; init; }

    public required int DefaultHeight { get; init; }

    public required int DefaultSteps { get; init; }

    public required double DefaultGuidance { get; init; }

    public required string DefaultSampler { get; init; }

    public required IReadOnlyList<string> Samplers { get; init; }

    /// <summary>Tokens of a prompt, start and end included; what is longer is cut, with a warning.</summary>
    public required int PromptTokenCountMax { get; init; }

    public static ModelFactsBody From(ModelFacts facts) => new()
    {
        SideMultiple = facts.SideMultiple,
        SideMin = facts.SideMin,
        SideMax = facts.SideMax,
        DefaultWidth = facts.DefaultWidth,
        DefaultHeight = facts.DefaultHeight,
        DefaultSteps = facts.DefaultSteps,
        DefaultGuidance = facts.DefaultGuidance,
        DefaultSampler = facts.DefaultSampler,
        Samplers = facts.Samplers,
        PromptTokenCountMax = facts.PromptTokenCountMax,
    };

    public ModelFacts ToFacts(string family) => new()
    {
        Family = family,
        SideMultiple = SideMultiple,
        SideMin = SideMin,
        SideMax = SideMax,
        DefaultWidth = DefaultWidth,
        DefaultHeight = DefaultHeight,
        DefaultSteps = DefaultSteps,
        DefaultGuidance = DefaultGuidance,
        DefaultSampler = DefaultSampler,
        Samplers = Samplers,
        PromptTokenCountMax = PromptTokenCountMax,
    };
}
