using OrleansDiffusion.Api.Tests.Hosting;

namespace OrleansDiffusion.Api.Tests.Jobs;

/// <summary>The samples as they must look on the wire: what clients of other languages rely on.</summary>
internal static class WireText
{
    private const string Choices = """
        "request":{"prompt":"a red apple","negative_prompt":"a worm","width":64,"height":72,"steps":25,"guidance":7.5,"seed":7,"count":2,
        "sampler":"ddim","format":"png","quality":91,"previews":3,"priority":-4,"deadline_seconds":null}
        """;

    public static readonly string QueuedJob = OneLine.Of($$"""
        {"id":"job_0123456789abcdefghjkmnpqrs","status":"queued","model":"emoji","model_version":"v-digest",
        "created_at":"2026-05-04T12:00:00+00:00","started_at":null,"finished_at":null,{{Choices}},
        "progress":{"phase":"queued","image_index":0,"image_count":2,"step":0,"steps":25,"steps_per_second":null,"queue_position":3,
        "eta_seconds":12.5,"waiting":"the model is loading (40 %)","fraction":0},
        "artifacts":[],"error":null,"phases":[],"warnings":[],"device":null,"replica":null,"failed_attempts":0}
        """);

    public static readonly string DoneJob = OneLine.Of($$"""
        {"id":"job_0123456789abcdefghjkmnpqrs","status":"succeeded","model":"emoji","model_version":"v-digest",
        "created_at":"2026-05-04T12:00:00+00:00","started_at":"2026-05-04T12:00:01+00:00","finished_at":"2026-05-04T12:00:03+00:00",{{Choices}},
        "progress":{"phase":"done","image_index":1,"image_count":2,"step":5,"steps":25,"steps_per_second":80.5,"queue_position":null,
        "eta_seconds":0.25,"waiting":null,"fraction":0.6},
        "artifacts":[
        {"id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","index":0,
        "url":"/v1/artifacts/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "content_type":"image/png","bytes":4,"width":64,"height":72,"seed":7},
        {"id":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","index":1,
        "url":"/v1/artifacts/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "content_type":"image/png","bytes":4,"width":64,"height":72,"seed":8}],
        "error":null,"phases":[{"name":"queued","start_seconds":0,"seconds":1},{"name":"steps","start_seconds":1,"seconds":1.5}],
        "warnings":["The prompt was cut after 32 tokens."],"device":"silo1/cpu0","replica":"emoji@v-digest/0","failed_attempts":1}
        """);
}
