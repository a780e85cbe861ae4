using System.Text.Json.Nodes;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Diffusion.Onnx.Tests;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo.Models;
using OrleansDiffusion.Silo.Tests.Loading;
using OrleansDiffusion.Weights;
using OrleansDiffusion.Weights.Tests.Downloads;
using Barrier = OrleansDiffusion.Grains.Tests.Barrier;

namespace OrleansDiffusion.Silo.Tests.Downloads;

public sealed class DownloadedModelsTests : IDisposable
{
    /// <summary>As the download has it.</summary>
    private const int SliceBytes = 16 << 20;

    private readonly TemporaryFolder _source = new();
    private readonly EmojiNode _node = new();

    public DownloadedModelsTests()
    {
        foreach (var file in ModelLayout.FilesOf(EmojiNode.Source))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_source.Path, file))!);
            File.Copy(Path.Combine(EmojiNode.Source, file), Path.Combine(_source.Path, file));
        }
    }

    [Fact]
    public async Task A_model_from_an_address_draws_the_same_picture_as_from_its_folder()
    {
        await using var server = await FolderServer.Start(_source.Path);
        var told = new Told();

        var found = await Fetch(server, told);
        var fetched = EmojiNode.Entry(found, server.Address.AbsoluteUri);
        var model = await _node.Inspect();

        Assert.Equal(model.Version, fetched.Version);
        Assert.Equal(Path.Combine(_node.DataFolder, "models", model.Version), fetched.Folder);
        Assert.Equal(await _node.Draw(model), await _node.Draw(fetched));
        Assert.Equal(model.FileBytes, server.SentBytes);
    }

    [Fact]
    public async Task Callers_who_want_the_same_address_at_once_share_one_download()
    {
        await using var server = await FolderServer.Start(_source.Path);
        var barrier = new Barrier();
        server.Spoil = async (_, path) =>
        {
            if (path == ModelLayout.IndexFile) await barrier.Pass();
            return false;
        };
        var fetches = Enumerable.Range(0, 3).Select(_ => Fetch(server)).ToList();
        await barrier.Reached;
        barrier.Open();

        var found = await Task.WhenAll(fetches);

        Assert.Single(found.Select(one => one.Folder).Distinct());
        Assert.Equal(found[0].FileBytes, server.SentBytes);
    }

    [Fact]
    public async Task A_download_goes_on_for_those_who_still_want_it_and_ends_with_the_last()
    {
        await using var server = await FolderServer.Start(_source.Path);
        var barrier = new Barrier();
        server.Spoil = async (context, path) =>
        {
            if (path == "unet/model.onnx") await barrier.Pass().WaitAsync(context.RequestAborted);
            return false;
        };
        using var one = new CancellationTokenSource();
        using var other = new CancellationTokenSource();
        var first = Fetch(server, cancellation: one.Token);
        var second = Fetch(server, cancellation: other.Token);
        await barrier.Reached;

        await one.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(second.IsCompleted);
        await other.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        barrier.Open();
        Assert.NotNull((await Fetch(server)).Version);
        Assert.Single(server.Gets, path => path == ModelLayout.IndexFile);
    }

    [Fact]
    public async Task Weights_that_came_in_part_are_no_problem_of_the_model_when_it_is_fetched_again()
    {
        const string weights = "vae_encoder/weights.bin";
        var bytes = new byte[SliceBytes + 4];
        var graph = OnnxFile.Model(OnnxFile.Graph(
            [OnnxFile.Node("Identity", ["weight"], ["out"])], [], [OnnxFile.Value("out", OnnxFile.Float, bytes.Length / 4)],
            OnnxFile.External("weight", OnnxFile.Float, [bytes.Length / 4], "weights.bin", 0, bytes.Length)));
        await File.WriteAllBytesAsync(Path.Combine(_source.Path, "vae_encoder", "model.onnx"), graph);
        await File.WriteAllBytesAsync(Path.Combine(_source.Path, weights), bytes);
        await using var server = await FolderServer.Start(_source.Path);
        server.Spoil = (context, path) =>
        {
            var range = context.Request.Headers.Range.ToString();
            var isSecond = path == weights && range.StartsWith($"bytes={SliceBytes}-", StringComparison.Ordinal);
            if (isSecond) context.Response.StatusCode = 404;
            return Task.FromResult(isSecond);
        };
        Assert.Equal(ErrorCode.OriginFailed, (await Fetch(server)).Refused!.Code);
        server.Spoil = null;

        var found = await Fetch(server);

        Assert.Empty(found.Problems);
        Assert.Equal(bytes.Length, new FileInfo(Path.Combine(found.Folder, weights)).Length);
        Assert.Equal(found.FileBytes, server.SentBytes);
    }

    [Fact]
    public async Task An_address_that_did_not_change_is_not_fetched_again()
    {
        await using var server = await FolderServer.Start(_source.Path);
        var first = await Fetch(server);

        var again = await Fetch(server);

        Assert.Equal((first.Folder, first.Version), (again.Folder, again.Version));
        Assert.Equal(first.FileBytes, server.SentBytes);
    }

    [Fact]
    public async Task A_folder_that_is_gone_is_fetched_again_by_the_load_that_needs_it()
    {
        await using var server = await FolderServer.Start(_source.Path);
        var model = EmojiNode.Entry(await Fetch(server), server.Address.AbsoluteUri);
        var picture = await _node.Draw(model);
        Directory.Delete(model.Folder, recursive: true);
        var phases = new PhaseBook();

        await using (await _node.Load(model, phases)) Assert.Contains("download", phases.Names);

        Assert.Equal(picture, await _node.Draw(model));
        Assert.Equal(2 * model.FileBytes, server.SentBytes);
    }

    [Fact]
    public async Task A_model_that_another_silo_registered_is_brought_into_a_folder_of_this_one()
    {
        await using var server = await FolderServer.Start(_source.Path);
        using var other = new EmojiNode();
        var model = EmojiNode.Entry(await Fetch(server), server.Address.AbsoluteUri);
        Directory.Delete(model.Folder, recursive: true);

        await other.Draw(model);

        Assert.True(Directory.Exists(Path.Combine(other.DataFolder, "models", model.Version)));
    }

    [Fact]
    public async Task Another_version_at_the_address_is_not_taken_for_the_one_that_was_registered()
    {
        await using var server = await FolderServer.Start(_source.Path);
        var model = EmojiNode.Entry(await Fetch(server), server.Address.AbsoluteUri);
        Directory.Delete(model.Folder, recursive: true);
        Edit("generation_config.json", config => config["num_inference_steps"] = 3);

        var refused = await Assert.ThrowsAsync<InferenceException>(() => _node.Draw(model));

        Assert.StartsWith($"{server.Address} no longer has version {model.Version} of emoji, but ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_served_is_told_before_its_weights_are_fetched()
    {
        await using var server = await FolderServer.Start(_source.Path);
        Edit("scheduler/scheduler_config.json", config => config["_class_name"] = "NoSuchScheduler");
        File.Delete(Path.Combine(_source.Path, "tokenizer", "merges.txt"));

        var found = await Fetch(server);

        Assert.Null(found.Version);
        Assert.Equal(
            ["scheduler/scheduler_config.json: _class_name", "tokenizer/merges.txt"], found.Problems.Select(problem => problem.Field).Order());
        Assert.DoesNotContain(server.Gets, path => path.EndsWith(".onnx", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_broken_is_told_after_it_was_fetched_and_is_no_model_on_the_disk()
    {
        await using var server = await FolderServer.Start(_source.Path);
        await using (var unet = File.OpenWrite(Path.Combine(_source.Path, "unet", "model.onnx"))) unet.SetLength(unet.Length / 2);

        var found = await Fetch(server);

        Assert.Equal("unet/model.onnx", Assert.Single(found.Problems).Field);
        Assert.Equal([".fetching"], Directory.EnumerateFileSystemEntries(Path.Combine(_node.DataFolder, "models")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task The_import_of_what_was_fetched_is_claimed_before_anybody_hears_of_the_model()
    {
        await using var server = await FolderServer.Start(_source.Path);
        var claims = new Claims();

        var found = await _node.InspectorOf(claims).Fetch(server.Address.AbsoluteUri, new Told(), TestContext.Current.CancellationToken);

        Assert.Equal([$"{found.Version}-cpu"], claims.Claimed);
    }

    [Fact]
    public async Task A_server_that_asks_for_credentials_is_told_those_of_the_settings()
    {
        await using var server = await FolderServer.Start(_source.Path);
        server.Spoil = (context, _) =>
        {
            var isStranger = context.Request.Headers.Authorization != "Bearer secret";
            if (isStranger) context.Response.StatusCode = 401;
            return Task.FromResult(isStranger);
        };
        _node.Origins.Web = new WebOriginOptions { Host = "elsewhere", Authorization = "Bearer secret" };
        var refused = await Fetch(server);

        _node.Origins.Web.Host = server.Address.Authority;
        var found = await Fetch(server);

        Assert.EndsWith("the server answers 401. It asks for credentials, or forbids this address.", refused.Refused!.Message, StringComparison.Ordinal);
        Assert.NotNull(found.Version);
    }

    [Fact]
    public async Task A_place_that_does_not_answer_is_a_refusal()
    {
        var server = await FolderServer.Start(_source.Path);
        var address = server.Address.AbsoluteUri;
        await server.DisposeAsync();

        var found = await _node.Downloads.Fetch(address, new Told(), TestContext.Current.CancellationToken);

        Assert.Equal(ErrorCode.OriginFailed, found.Refused!.Code);
        Assert.StartsWith($"{address}model_index.json cannot be read: Connection refused", found.Refused.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _node.Dispose();
        _source.Dispose();
    }

    private Task<ModelInspection> Fetch(FolderServer server, Told? told = null, CancellationToken cancellation = default) =>
        _node.Inspector.Fetch(server.Address.AbsoluteUri, told ?? new Told(), cancellation);

    private void Edit(string file, Action<JsonObject> change)
    {
        var path = Path.Combine(_source.Path, file);
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(json);
        File.WriteAllText(path, json.ToJsonString());
    }

    private sealed class Told : IProgress<ModelFetchProgress>
    {
        public void Report(ModelFetchProgress value)
        {
            // What it says is asked for elsewhere.
        }
    }
}
