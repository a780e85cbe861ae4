using OrleansDiffusion.Diffusion.Onnx.Tests;

namespace OrleansDiffusion.Weights.Tests.Downloads;

/// <summary>The demo model from a web server that lists nothing.</summary>
public sealed class ModelDownloadTests : DownloadTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_is_found_file_by_file_and_is_the_same_version(bool serverKnowsRanges)
    {
        var download = await Begin();
        Server!.KnowsRanges = serverKnowsRanges;

        Assert.Empty(await Fetch(download));

        var expected = await ModelManifest.Read(EmojiFolder.Original);
        Assert.Equal(expected.Version, (await ModelManifest.Read(download.Folder)).Version);
        Assert.Equal(new DownloadProgress(expected.TotalBytes, expected.TotalBytes), download.Progress);
        Assert.Equal(expected.TotalBytes, Server.SentBytes);
        Assert.DoesNotContain("README.md", Server.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task Weights_beside_a_graph_are_found_by_the_names_in_it()
    {
        WriteExternal("deep/weights of unet.bin");
        Model.Write("unet/deep/weights of unet.bin", new byte[24]);
        var download = await Begin();

        Assert.Empty(await Fetch(download));

        Assert.Equal(24, new FileInfo(Path.Combine(download.Folder, "unet", "deep", "weights of unet.bin")).Length);
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("..\\b")]
    [InlineData(".hidden")]
    [InlineData("a\nb")]
    public async Task Weights_that_leave_the_folder_are_refused_and_not_asked_for(string location)
    {
        WriteExternal(location);
        var download = await Begin();

        var problem = Assert.Single(await Fetch(download));

        Assert.Equal((Unet, $"Weights lie in '{location}', which leaves the folder."), (problem.Field, problem.Message));
        Assert.DoesNotContain(Server!.Requests, request => request.Path.Contains("passwd", StringComparison.Ordinal) || request.Path.EndsWith('b'));
    }

    [Fact]
    public async Task Components_that_the_layout_does_not_know_are_not_asked_for()
    {
        Model.Edit(ModelLayout.IndexFile, index => index["../secret"] = new System.Text.Json.Nodes.JsonArray("diffusers", "Thing"));
        var download = await Begin();

        Assert.Empty(await Fetch(download));

        Assert.DoesNotContain(Server!.Requests, request => request.Path.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_place_without_a_model_is_told_by_its_first_file()
    {
        Model.Delete(ModelLayout.IndexFile);
        var download = await Begin();

        var problem = Assert.Single(await Fetch(download));

        Assert.Equal(ModelLayout.IndexFile, problem.Field);
        Assert.StartsWith($"There is none below {Server!.Address}: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_missing_graph_is_named_and_no_weights_are_fetched()
    {
        Model.Delete(Unet);
        Model.Delete("vae_decoder/model.onnx");
        var download = await Begin();

        var problems = await Fetch(download);

        Assert.Equal([Unet, "vae_decoder/model.onnx"], problems.Select(problem => problem.Field));
        Assert.DoesNotContain("text_encoder/model.onnx", Server!.Gets);
    }

    [Fact]
    public async Task An_index_that_is_no_index_is_refused_before_anything_else_is_asked_for()
    {
        Model.Write(ModelLayout.IndexFile, "<html>Sign in</html>");
        var download = await Begin();

        Assert.Equal(ModelLayout.IndexFile, Assert.Single(await download.FetchOutline(CancellationToken.None)).Field);
        Assert.Equal([ModelLayout.IndexFile], Server!.Gets);
    }

    [Fact]
    public async Task A_file_that_is_far_too_long_is_not_read()
    {
        Model.Write(ModelLayout.IndexFile, new byte[(1 << 20) + 1]);
        var download = await Begin();

        Assert.Equal("It has 1048577 bytes, more than 1048576.", Assert.Single(await download.FetchOutline(CancellationToken.None)).Message);
        Assert.Empty(Server!.Gets);
    }

    [Fact]
    public async Task A_disk_that_cannot_take_it_is_told_before_the_weights_are_fetched()
    {
        var download = await Begin(new DownloadOptions { FreeBytes = _ => 1 << 20 });
        Assert.Empty(await download.FetchOutline(CancellationToken.None));

        var refused = await Assert.ThrowsAsync<WeightsException>(() => download.FetchWeights(CancellationToken.None));

        Assert.Equal(WeightsError.DiskFailed, refused.Error);
        Assert.EndsWith("and 1048576 are free there. Nothing of them was fetched.", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Server!.Gets, path => path.EndsWith(".onnx", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_download_that_was_cut_off_goes_on_with_what_is_missing()
    {
        var first = await Begin();
        Server!.Spoil = (context, path) =>
        {
            if (path == Unet && context.Request.Method == "GET") context.Abort();
            return Task.FromResult(path == Unet && context.Request.Method == "GET");
        };
        var cut = await Assert.ThrowsAsync<WeightsException>(() => Fetch(first));
        Assert.Contains($"{Unet} cannot be read", cut.Message, StringComparison.Ordinal);
        Server.Spoil = null;

        var second = Download();
        Assert.Empty(await Fetch(second));

        Assert.Equal((await ModelManifest.Read(EmojiFolder.Original)).Version, (await ModelManifest.Read(second.Folder)).Version);
        Assert.Single(Server.Gets, path => path == ModelLayout.IndexFile);
        Assert.Single(Server.Gets, path => path == "tokenizer/vocab.json");
    }

    [Fact]
    public async Task A_file_goes_on_behind_the_slices_that_are_on_the_disk()
    {
        var weights = new byte[FileDownload.SliceBytes + 1000];
        new Random(1).NextBytes(weights);
        WriteExternal("weights.bin", weights.Length);
        Model.Write("unet/weights.bin", weights);
        var first = await Begin();
        Server!.Spoil = (context, path) =>
        {
            var isSecond = path == "unet/weights.bin"
                && context.Request.Headers.Range.ToString().StartsWith($"bytes={FileDownload.SliceBytes}-", StringComparison.Ordinal);
            if (isSecond) context.Abort();
            return Task.FromResult(isSecond);
        };
        await Assert.ThrowsAsync<WeightsException>(() => Fetch(first));
        Server.Spoil = null;
        Server.Requests.Clear();

        var second = Download();
        Assert.Empty(await Fetch(second));

        var gets = Server.Requests.Where(request => request.Method == "GET");
        Assert.Equal([$"bytes={FileDownload.SliceBytes}-{weights.Length - 1}"], gets.Select(request => request.Range));
        Assert.Equal(weights, await File.ReadAllBytesAsync(Path.Combine(second.Folder, "unet", "weights.bin")));
    }

    [Fact]
    public async Task Another_version_of_a_file_is_fetched_from_its_start()
    {
        var first = await Begin();
        await first.FetchOutline(CancellationToken.None);
        Model.Edit("scheduler/scheduler_config.json", config => config["new"] = "value");

        var second = Download();
        Assert.Empty(await Fetch(second));

        Assert.Equal(
            await File.ReadAllTextAsync(Model.At("scheduler/scheduler_config.json")),
            await File.ReadAllTextAsync(Path.Combine(second.Folder, "scheduler", "scheduler_config.json")));
    }

    [Fact]
    public async Task What_a_server_without_tags_gave_to_an_earlier_process_is_not_trusted()
    {
        var first = await Begin();
        Server!.HasTags = false;
        await first.FetchOutline(CancellationToken.None);
        var sentBytes = Server.SentBytes;

        await Download().FetchOutline(CancellationToken.None);

        Assert.Equal(2 * sentBytes, Server.SentBytes);
    }

    [Fact]
    public async Task A_file_that_changes_while_it_is_read_is_told()
    {
        var download = await Begin();
        Server!.Spoil = (context, path) =>
        {
            if (path == Unet && context.Request.Method == "GET") Model.Write(Unet, [.. Model.Read(Unet), 0]);
            return Task.FromResult(false);
        };

        var refused = await Assert.ThrowsAsync<WeightsException>(() => Fetch(download));

        Assert.Equal(WeightsError.OriginWrong, refused.Error);
        Assert.Equal($"{Server.Address}{Unet} cannot be read: it changed while it was read.", refused.Message);
    }
}
