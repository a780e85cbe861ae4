using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace OrleansDiffusion.Cli.Tests;

public sealed class ServeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Accepted_jobs_survive_kill_9_and_their_pictures_are_the_same()
    {
        var request = (object)new { prompt = "a red apple", seed = 7, steps = 40, count = 4 };
        string interrupted, waiting;
        using (var server = await OdServer.Start(_folder.Path))
        {
            interrupted = (string)(await server.Submit(request))["id"]!;
            waiting = (string)(await server.Submit(new { prompt = "a star", seed = 1, steps = 4 }))["id"]!;
            await server.WaitFor(interrupted, happened => (string?)happened["kind"] == "step");
            await server.Process.Kill();
        }

        using var restarted = await OdServer.Start(_folder.Path);
        var job = await restarted.WaitForEnd(interrupted);
        var second = await restarted.WaitForEnd(waiting);
        var calm = await restarted.WaitForEnd((string)(await restarted.Submit(request))["id"]!);

        Assert.Equal("succeeded", (string?)job["status"]);
        Assert.Equal("succeeded", (string?)second["status"]);
        Assert.Equal(4, job["artifacts"]!.AsArray().Count);
        Assert.Equal(Ids(calm), Ids(job));
        foreach (var id in Ids(job))
        {
            var picture = await restarted.Http.GetByteArrayAsync($"/v1/artifacts/{id}");
            Assert.Equal(id, Convert.ToHexStringLower(SHA256.HashData(picture)));
        }
    }

    [Fact]
    public async Task Sigterm_ends_it_with_code_0_and_the_running_job_goes_on_at_the_next_start()
    {
        string id;
        using (var server = await OdServer.Start(_folder.Path))
        {
            id = (string)(await server.Submit(new { prompt = "a red apple", seed = 3, steps = 60, count = 3 }))["id"]!;
            await server.WaitFor(id, happened => (string?)happened["kind"] == "step");
            var ended = await server.Process.Terminate();
            Assert.True(ended.ExitCode == 0, ended.All);
        }

        using var restarted = await OdServer.Start(_folder.Path);
        Assert.Equal("succeeded", (string?)(await restarted.WaitForEnd(id))["status"]);
    }

    [Fact]
    public async Task A_cancelled_job_frees_the_device_for_the_next_one()
    {
        using var server = await OdServer.Start(_folder.Path);
        var longJob = (string)(await server.Submit(new { prompt = "a castle", steps = 150, count = 16 }))["id"]!;
        await server.WaitFor(longJob, happened => (string?)happened["kind"] == "step");

        var cancelled = await OdProcess.Run(_folder.Path, "jobs", "cancel", longJob);
        var next = await server.WaitForEnd((string)(await server.Submit(new { prompt = "a star", steps = 2 }))["id"]!);

        Assert.True(cancelled.ExitCode == 0, cancelled.All);
        Assert.Equal("succeeded", (string?)next["status"]);
        Assert.Equal("cancelled", (string?)(await server.Job(longJob))["status"]);
    }

    [Fact]
    public async Task Commands_on_the_same_data_folder_go_through_the_running_server()
    {
        using var server = await OdServer.Start(_folder.Path);

        var drawn = await OdProcess.Run(_folder.Path, "generate", "a star", "--steps", "2", "--seed", "5", "-o", _folder.File("star.png"));
        var jobs = await OdProcess.Run(_folder.Path, "jobs", "list");
        var models = await OdProcess.Run(_folder.Path, "models", "list");

        Assert.True(drawn.ExitCode == 0, drawn.All);
        Assert.Contains(server.Http.BaseAddress!.Authority, drawn.Errors, StringComparison.Ordinal);
        Assert.Contains("a star", jobs.Output, StringComparison.Ordinal);
        Assert.Contains("emoji", models.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_one_clear_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var refused = await OdProcess.Run(_folder.Path, "serve", "--port", port.ToString());

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("in use", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_written_is_one_clear_line()
    {
        var file = _folder.File("a-file-and-no-folder");
        await File.WriteAllTextAsync(file, "");

        var refused = await OdProcess.Run(Path.Combine(file, "data"), "serve", "--port", "0");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("data folder", refused.Errors, StringComparison.Ordinal);
        Assert.Single(refused.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_folder_is_refused()
    {
        using var server = await OdServer.Start(_folder.Path);

        var refused = await OdProcess.Run(_folder.Path, "serve", "--port", "0");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("already runs", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_addresses_need_a_key_and_a_key_opens_them()
    {
        var refused = await OdProcess.Run(_folder.Path, "serve", "--host", "0.0.0.0", "--port", "0");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("od keys add", refused.Errors, StringComparison.Ordinal);

        var added = await OdProcess.Run(_folder.Path, "keys", "add", "--admin");
        Assert.True(added.ExitCode == 0, added.All);
        using var server = await OdServer.Start(_folder.Path, "--require-key");
        using var without = await server.Http.GetAsync("/v1/models");
        server.Http.DefaultRequestHeaders.Authorization = new("Bearer", added.Output.Trim());
        using var with = await server.Http.GetAsync("/v1/models");

        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        Assert.Equal(HttpStatusCode.OK, with.StatusCode);
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<string> Ids(System.Text.Json.Nodes.JsonObject job) =>
        job["artifacts"]!.AsArray().Select(artifact => (string)artifact!["id"]!);
}
