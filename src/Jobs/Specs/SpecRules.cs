using System.Globalization;

namespace OrleansDiffusion.Jobs;

/// <summary>Judges a request against its model and the limits, and fills in what it leaves open.</summary>
public static class SpecRules
{
    public static IReadOnlyList<string> Formats { get; } = ["png", "jpeg", "webp"];

    /// <summary>Field names in the problems are those of the REST API.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="model">What the model can do.</param>
    /// <param name="modelName">The name under which it is registered.</param>
    /// <param name="modelVersion">Digest of its manifest.</param>
    /// <param name="limits">What any request may ask for.</param>
    /// <param name="seedIfNone">0..4294967295, for a request that names no seed.</param>
    public static SpecAnswer Resolve(
        GenerationRequest request, ModelFacts model, string modelName, string modelVersion, GenerationLimits limits, long seedIfNone)
    {
        List<FieldProblem> problems = [];
        PromptRules.Check(request, limits, problems);

        var width = request.Width ?? model.DefaultWidth;
        var height = request.Height ?? model.DefaultHeight;
        SizeRules.Check(width, height, model, limits, problems);

        var spec = new GenerationSpec
        {
            Model = modelName,
            ModelVersion = modelVersion,
            Prompt = request.Prompt ?? "",
            NegativePrompt = request.NegativePrompt,
            Width = width,
            Height = height,
            Steps = Within(problems, "steps", request.Steps, model.DefaultSteps, 1, limits.StepsMax),
            Guidance = Guidance(problems, request.Guidance, model.DefaultGuidance, limits.GuidanceMax),
            Seed = Within(problems, "seed", request.Seed, seedIfNone & GenerationLimits.SeedMax, 0, GenerationLimits.SeedMax),
            Count = Within(problems, "count", request.Count, 1, 1, limits.CountMax),
            Sampler = OneOf(problems, "sampler", request.Sampler, model.DefaultSampler, model.Samplers),
            Format = OneOf(problems, "format", request.Format, Formats[0], Formats),
            QualityPercent = Within(problems, "quality", request.QualityPercent, GenerationLimits.DefaultQualityPercent, 1, 100),
            PreviewCount = Within(problems, "previews", request.PreviewCount, 0, 0, limits.PreviewCountMax),
            Priority = Within(problems, "priority", request.Priority, 0, -limits.PriorityMax, limits.PriorityMax),
            DeadlineSeconds = Deadline(problems, request.DeadlineSeconds),
        };
        CheckStepsOfSampler(spec, model, limits, problems);
        return problems.Count == 0 ? new SpecAnswer(spec, []) : new SpecAnswer(null, problems);
    }

    private static void CheckStepsOfSampler(GenerationSpec spec, ModelFacts model, GenerationLimits limits, List<FieldProblem> problems)
    {
        if (spec.Steps > limits.StepsMax) return; // Said already.
        if (model.StepsMaxOfSampler.TryGetValue(spec.Sampler, out var max) && spec.Steps > max)
            problems.Add(new("steps", Text($"must be from 1 to {max} for {spec.Sampler} and this model, not {spec.Steps}.")));
    }

    private static T Within<T>(List<FieldProblem> problems, string field, T? asked, T otherwise, T min, T max)
        where T : struct, IComparable<T>
    {
        if (asked is not { } value) return otherwise;
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
            problems.Add(new(field, Text($"must be from {min} to {max}, not {value}.")));
        return value;
    }

    private static double Guidance(List<FieldProblem> problems, double? asked, double otherwise, double max)
    {
        if (asked is not { } value) return otherwise;
        if (!double.IsFinite(value) || value < 0 || value > max)
            problems.Add(new("guidance", Text($"must be a number from 0 to {max}, not {value}; 1 or less means no guidance.")));
        return value;
    }

    private static double? Deadline(List<FieldProblem> problems, double? asked)
    {
        if (asked is { } value && !(value is > 0 and <= GenerationLimits.DeadlineSecondsMax))
            problems.Add(new("deadline_seconds", Text($"must be a number above 0 and at most {GenerationLimits.DeadlineSecondsMax}, not {value}.")));
        return asked;
    }

    private static string OneOf(List<FieldProblem> problems, string field, string? asked, string otherwise, IReadOnlyList<string> names)
    {
        if (asked is null) return otherwise;
        var name = names.FirstOrDefault(known => known.Equals(asked, StringComparison.OrdinalIgnoreCase));
        if (name is null) problems.Add(new(field, $"must be one of {string.Join(", ", names)}, not \"{Shortened(asked)}\"."));
        return name ?? asked;
    }

    private static string Shortened(string text) => text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "...");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
