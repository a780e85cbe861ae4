using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Tests.Hosting;

/// <summary>A cluster on which every job takes the same course.</summary>
internal static class Drawing
{
    /// <summary>Returns what was asked for.</summary>
    /// <param name="api">Where.</param>
    /// <param name="final">How it ends.</param>
    /// <param name="between">What happens before.</param>
    public static List<GenerationRequest> On(ApiHost api, JobRecord final, params JobEvent[] between)
    {
        List<GenerationRequest> requests = [];
        api.Client.Submit = (request, _) =>
        {
            requests.Add(request);
            return new JobView(Sample.Queued with { Spec = Sample.Accept(request).Record.Spec }, Sample.Waiting);
        };
        api.Client.Watch = (_, _) => Course(between, final);
        api.Client.Artifact = id => id == Sample.Picture(0).Id ? [1, 2] : [3, 4];
        return requests;
    }

    private static async IAsyncEnumerable<JobEvent> Course(JobEvent[] between, JobRecord final)
    {
        yield return Sample.Event(JobEventKind.State, Sample.Queued, Sample.Waiting);
        await Task.Yield();
        foreach (var happened in between) yield return happened;
        yield return Sample.Event(JobEventKind.Done, final, Sample.Stepping with { Phase = "done" }, 9);
    }
}
