using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.OpenAi;

/// <summary>Problems under the names that the caller knows: OpenAI's "size" has no "width".</summary>
internal static class OpenAiNames
{
    public static Refusal In(Refusal refusal, Func<FieldProblem, FieldProblem> inDialect) =>
        Refusal.Invalid([.. refusal.Problems.Select(inDialect)]) with { Code = refusal.Code, RetryAfter = refusal.RetryAfter };

    /// <param name="problem">Of a native field.</param>
    /// <param name="steps">The name by which the caller gave the steps.</param>
    /// <param name="guidance">The name by which the caller gave the guidance.</param>
    public static FieldProblem Of(FieldProblem problem, string steps, string guidance) => problem.Field switch
    {
        "width" or "height" => new FieldProblem("size", $"{problem.Field} {problem.Message}"),
        "count" => problem with { Field = "n" },
        "format" => problem with { Field = "output_format" },
        "quality" => problem with { Field = "output_compression" },
        "previews" => problem with { Field = "partial_images" },
        "steps" => problem with { Field = steps },
        "guidance" => problem with { Field = guidance },
        _ => problem,
    };
}
