using System.Net;
using OrleansDiffusion.Api.Tests.Hosting;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Tests.Operation;

public sealed class ClusterTests
{
    private static readonly string Replica = OneLine.Of("""
        {"id":"emoji@v-digest/0","model":"emoji","silo":"silo1","device":"cpu0","phase":"ready","progress":0.75,"message":"warm",
        "active_jobs":["job_0123456789abcdefghjkmnpqrs"],"free_slots":5,"step_seconds_per_megapixel":1.25,"load_seconds":2.5,
        "load_phases":[{"name":"read","start_seconds":0,"seconds":0.5}],
        "loaded_weights":{"total_bytes":600,"cache_bytes":100,"peer_bytes":200,"origin_bytes":300,"seconds":0.25},"since":"2026-05-04T11:59:00+00:00"}
        """);

    private static readonly string Silos = OneLine.Of($$$"""
        [{"id":"silo1","host":"box","started_at":"2026-05-04T11:00:00+00:00","last_seen_at":"2026-05-04T12:00:00+00:00","draining":true,
        "process_bytes":123,"devices":[{"id":"cpu0","provider":"cpu","name":"A processor","memory_bytes":1000,"reserved_bytes":400,"busy":true,
        "labels":{"Zone":"attic"},"problem":"cpu0 did not answer for 120 s."}],"replicas":[{{{Replica}}}],"warm_versions":["v-digest","v-older"],
        "weights":{"disk_bytes":5000,"memory_bytes":600,"held":[{"import":"v-older-cpu","bytes":400,"tier":"memory"},
        {"import":"v-held-cpu","bytes":500,"tier":"part"}]}}]
        """);

    private const string Needs = """{"provider":"cuda","labels":{"Gpu":"l4"}}""";

    private static readonly string Pools = OneLine.Of($$$"""
        [{"model":"emoji","queued":11,"running":1,"desired":3,"standby":2,"standby_target":4,"deficit_reason":"no memory","deficit_seconds":8.5,
        "policy":{"min":2,"max":9,"step":3,"standby":4,"standby_lapses":true,"weights_standby":7,"keep_alive_seconds":77,
        "keep_alive_quantile":0.875,"keep_alive_max_seconds":7200.5,"wait_worth":12.5,"schedules":[
        {"days":["workdays"],"from":"09:00","to":"18:30:15","zone":"Europe/Berlin","min":5,"standby":2},
        {"days":["monday","sunday"],"from":"00:00","to":"00:00","zone":"UTC","min":null,"standby":0}],"queue_count_max":55,"batch_max":6,
        "needs":{{{Needs}}}},"replicas":[{{{Replica}}}],
        "evictions":[{"at":"2026-05-04T11:58:00+00:00","replica":"emoji@v-digest/1","device":"silo1/cpu0","for_model":"other"}],
        "weights":{"import":"v-digest-cpu","target":7,"on_disk":3,"in_memory":2,"bytes":999}}]
        """);

    [Fact]
    public async Task The_cluster_is_one_object()
    {
        var time = new ManualTime();
        await using var api = await ApiHost.StartAsync(parts: new ApiParts { Time = time });

        var cluster = (await api.GetAsync("/v1/cluster")).Json;

        Assert.Equal(["engine", "version", "at", "silos", "pools", "grains"], cluster.EnumerateObject().Select(property => property.Name));
        Assert.Contains("Orleans", cluster.GetProperty("engine").GetString(), StringComparison.Ordinal);
        Assert.Equal(("0.1.0", "2026-05-04T12:00:00+00:00"), (cluster.GetProperty("version").GetString(), cluster.GetProperty("at").GetString()));
        Assert.Equal(Silos, cluster.GetProperty("silos").GetRawText());
        Assert.Equal(Pools, cluster.GetProperty("pools").GetRawText());
        Assert.Equal(
            """[{"type":"Job","activations":3,"calls":100,"failures":2,"latency_mean_ms":0.25,"latency_p99_ms":1.5}]""",
            cluster.GetProperty("grains").GetRawText());
    }

    [Fact]
    public async Task A_silo_is_told_to_leave_by_its_id()
    {
        await using var api = await ApiHost.StartAsync();
        string? told = null;
        api.Client.DrainSilo = id =>
        {
            told = id;
            return true;
        };

        var answer = await api.SendAsync(HttpMethod.Post, "/v1/cluster/silos/127.0.0.1%3A11111%401/drain");

        Assert.Equal((HttpStatusCode.Accepted, "127.0.0.1:11111@1"), (answer.Status, told));
    }

    [Fact]
    public async Task A_silo_that_is_not_there_is_not_found()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.DrainSilo = _ => throw new DiffusionException(new Refusal(ErrorCode.NotFound, "There is no silo x."));

        var answer = await api.SendAsync(HttpMethod.Post, "/v1/cluster/silos/x/drain");

        Assert.Equal((HttpStatusCode.NotFound, "There is no silo x."), (answer.Status, answer.Json.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task A_watch_sends_the_cluster_at_once_and_again_when_it_changed()
    {
        var time = new ManualTime();
        await using var api = await ApiHost.StartAsync(parts: new ApiParts { Time = time });
        await using var events = await EventReader.OpenAsync(api, "/v1/cluster/events");

        Assert.Equal(("cluster", 11), await NextQueued(events));
        api.Client.Pools = () => [Sample.Pool with { QueuedCount = 12 }];
        await Tick(time);

        Assert.Equal(("cluster", 12), await NextQueued(events));
    }

    [Fact]
    public async Task What_always_moves_is_sent_only_now_and_then()
    {
        var time = new ManualTime();
        await using var api = await ApiHost.StartAsync(options => options.KeepAlive = TimeSpan.FromMinutes(5), new ApiParts { Time = time });
        var calls = 0L;
        api.Client.Grains = () => [Sample.Grain with { Calls = ++calls }];
        api.Client.Cluster = () => new([Sample.Silo with { LastSeenAt = time.GetUtcNow(), ProcessBytes = calls }], time.GetUtcNow());
        await using var events = await EventReader.OpenAsync(api, "/v1/cluster/events");
        Assert.Equal(1, await NextCalls(events));

        for (var second = 1; second <= 5; second++) await Tick(time);

        Assert.Equal(6, await NextCalls(events));
    }

    [Fact]
    public async Task Many_watchers_ask_the_cluster_once()
    {
        var time = new ManualTime();
        await using var api = await ApiHost.StartAsync(parts: new ApiParts { Time = time });
        var asked = 0;
        api.Client.Cluster = () =>
        {
            asked++;
            return new([Sample.Silo], Sample.Now);
        };

        await using var first = await EventReader.OpenAsync(api, "/v1/cluster/events");
        await first.NextAsync();
        await using var second = await EventReader.OpenAsync(api, "/v1/cluster/events");
        await second.NextAsync();

        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData(ReplicaPhase.Ready, "200", """{"status":"ready","models":[{"model":"emoji","phase":"ready","progress":0.4,"message":"doing it"}]}""")]
    [InlineData(ReplicaPhase.Loading, "503", """{"status":"not_ready","models":[{"model":"emoji","phase":"loading","progress":0.4,"message":"doing it"}]}""")]
    [InlineData(ReplicaPhase.Warming, "503", """{"status":"not_ready","models":[{"model":"emoji","phase":"warming","progress":0.4,"message":"doing it"}]}""")]
    [InlineData(ReplicaPhase.Stopped, "503", """{"status":"not_ready","models":[{"model":"emoji","phase":null,"progress":0,"message":"no memory"}]}""")]
    public async Task Readiness_means_that_a_replica_is_ready(ReplicaPhase phase, string status, string body)
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.Pools = () => [Sample.Pool with { Replicas = [Sample.Replica with { Phase = phase, Progress = 0.4, Message = "doing it" }] }];

        var answer = await api.GetAsync("/readyz");

        Assert.Equal((status, body), (((int)answer.Status).ToString(), answer.Text));
        Assert.Equal(status == "503" ? "1" : null, answer.Header("Retry-After"));
    }

    [Fact]
    public async Task Readiness_tells_of_the_most_advanced_replica()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.Pools = () =>
        [
            Sample.Pool with
            {
                Replicas =
                [
                    Sample.Replica with { Phase = ReplicaPhase.Draining, Message = "leaving" },
                    Sample.Replica with { Phase = ReplicaPhase.Warming, Progress = 0.9, Message = "warming" },
                    Sample.Replica with { Phase = ReplicaPhase.Fetching, Message = "fetching" },
                ],
            },
        ];

        Assert.Equal("warming", (await api.GetAsync("/readyz")).Json.GetProperty("models")[0].GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_server_without_models_is_alive_and_not_ready()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.Pools = () => [];

        Assert.Equal("""{"status":"not_ready","models":[]}""", (await api.GetAsync("/readyz")).Text);
        Assert.Equal("""{"status":"ok"}""", (await api.GetAsync("/healthz")).Text);
    }

    private static async Task<(string, int)> NextQueued(EventReader events)
    {
        var (name, cluster) = await events.NextEventAsync();
        return (name, cluster.GetProperty("pools")[0].GetProperty("queued").GetInt32());
    }

    private static async Task<long> NextCalls(EventReader events) =>
        (await events.NextEventAsync()).Data.GetProperty("grains")[0].GetProperty("calls").GetInt64();

    private static async Task Tick(ManualTime time)
    {
        await time.Awaited(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1));
    }
}
