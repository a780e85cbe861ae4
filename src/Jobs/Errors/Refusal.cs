namespace OrleansDiffusion.Jobs;

/// <summary>One thing wrong with one field of a request.</summary>
/// <param name="Field">The field's name as the caller wrote it, in native naming (width, steps...).</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record FieldProblem(string Field, string Message);

/// <summary>A no, as a value: what, why, which fields, and when to try again.</summary>
public sealed record Refusal(ErrorCode Code, string Message)
{
    public IReadOnlyList<FieldProblem> Problems { get; init; } = [];

    /// <summary>When trying again makes sense; null when it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>When it would be done if it were accepted; null when nobody knows, or when it is refused for something else.</summary>
    public TimeSpan? Eta { get; init; }

    public static Refusal Invalid(IReadOnlyList<FieldProblem> problems) =>
        new(ErrorCode.InvalidRequest, string.Join(" ", problems.Select(p => $"{p.Field}: {p.Message}"))) { Problems = problems };
}
