using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.OpenAi;

/// <summary>A request on OpenAI's images endpoint, as far as it means something here.</summary>
/// <param name="Generation">The job to make.</param>
/// <param name="WantsUrl">response_format is url, or absent.</param>
/// <param name="WantsBase64">response_format is b64_json, or absent.</param>
/// <param name="IsStream">Server-sent events instead of one answer.</param>
/// <param name="PartialImageCount">Previews at most, of each picture; only of a stream.</param>
/// <param name="Quality">low, medium or high where the caller said one of them: echoed, and without effect.</param>
/// <param name="InDialect">A problem under the names that this caller wrote.</param>
internal sealed record ImageRequest(
    GenerationRequest Generation,
    bool WantsUrl,
    bool WantsBase64,
    bool IsStream,
    int PartialImageCount,
    string? Quality,
    Func<FieldProblem, FieldProblem> InDialect);
