using OrleansDiffusion.Api.Errors;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Requests;

/// <summary>
/// A form that could not be read in full still gets its readable fields judged, by the rules that an accepted one meets
/// later: the caller sees everything that is wrong in one answer.
/// </summary>
internal sealed class RequestReview(GenerationLimits limits)
{
    /// <param name="form">What was wrong with reading; not empty.</param>
    /// <param name="request">What could be read.</param>
    /// <param name="inDialect">A problem under the names that the caller knows.</param>
    /// <param name="client">Knows the models.</param>
    /// <param name="cancellation">Stops asking.</param>
    public async Task<Refusal> RefuseAsync(
        FormProblems form,
        GenerationRequest request,
        Func<FieldProblem, FieldProblem> inDialect,
        IDiffusionClient client,
        CancellationToken cancellation)
    {
        var models = await client.ListModelsAsync(cancellation);
        var judged = Judge(request, models).Select(inDialect);
        var unread = form.All.Select(problem => problem.Field).ToHashSet(StringComparer.Ordinal);
        List<FieldProblem> others = [.. judged.Where(problem => !unread.Contains(problem.Field))];
        return Problem.Of([.. form.All, .. others], form.AreAllUnknownFields && others.Count == 0);
    }

    private IReadOnlyList<FieldProblem> Judge(GenerationRequest request, IReadOnlyList<ModelEntry> models)
    {
        var model = models.FirstOrDefault(known => request.Model is null || known.Name == request.Model);
        if (model is not null) return SpecRules.Resolve(request, model.Facts, model.Name, model.Version, limits, seedIfNone: 0).Problems;
        return request.Model is null ? [] : [new FieldProblem("model", $"\"{FieldNames.Shortened(request.Model)}\" does not exist.")];
    }
}
