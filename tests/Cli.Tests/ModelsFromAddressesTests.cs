using OrleansDiffusion.Weights.Tests.Downloads;

namespace OrleansDiffusion.Cli.Tests;

/// <summary>The real program against a web server on loopback.</summary>
public sealed class ModelsFromAddressesTests : IDisposable
{
    private static readonly string Source = Path.Combine(Checkout.Root, "models", "emoji");

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_model_from_an_address_draws_the_same_picture_as_from_its_folder()
    {
        await using var web = await FolderServer.Start(Source);

        var added = await Od("models", "add", web.Address.AbsoluteUri, "--name", "fetched");
        var shown = await Od("models", "show", "fetched");
        var one = await Od("generate", "a red apple", "--seed", "7", "--model", "emoji", "-o", _folder.File("one.png"));
        var two = await Od("generate", "a red apple", "--seed", "7", "--model", "fetched", "-o", _folder.File("two.png"));

        Assert.True(added.ExitCode == 0, added.All);
        Assert.Contains("Checking", added.Errors, StringComparison.Ordinal);
        Assert.Contains(web.Address.AbsoluteUri, shown.Output, StringComparison.Ordinal);
        Assert.True(one.ExitCode == 0 && two.ExitCode == 0, one.All + two.All);
        Assert.Equal(Pixels("one.png"), Pixels("two.png"));
    }

    [Fact]
    public async Task After_a_kill_the_same_command_goes_on_where_it_was_over_a_server_too()
    {
        await using var web = await FolderServer.Start(Source);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        web.Spoil = async (context, path) =>
        {
            if (path != "unet/model.onnx" || context.Request.Method != "GET") return false;
            reached.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        using (var killed = OdProcess.Start(_folder.File("data"), "models", "add", web.Address.AbsoluteUri, "--name", "fetched"))
        {
            await reached.Task.WaitAsync(TimeSpan.FromMinutes(1));
            await killed.Kill();
        }

        web.Spoil = null;
        using var server = await OdServer.Start(_folder.File("data"));
        var added = await Od("models", "add", web.Address.AbsoluteUri, "--name", "fetched");

        Assert.True(added.ExitCode == 0, added.All);
        Assert.Single(web.Gets, path => path == "model_index.json");
        Assert.Single(web.Gets, path => path == "tokenizer/vocab.json");
        using var models = await server.Http.GetAsync("/v1/models/fetched");
        Assert.Contains($"\"url\":\"{web.Address}\"", await models.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_stops_waiting_is_told_that_the_server_does_not()
    {
        await using var web = await FolderServer.Start(Source);
        var (reached, opened) = (new TaskCompletionSource(), new TaskCompletionSource());
        web.Spoil = async (_, path) =>
        {
            if (path != "unet/model.onnx") return false;
            reached.TrySetResult();
            await opened.Task;
            return false;
        };
        using var server = await OdServer.Start(_folder.File("data"));
        using var od = OdProcess.Start(_folder.File("data"), "models", "add", web.Address.AbsoluteUri, "--name", "fetched");
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(1));

        var stopped = await od.Terminate();
        opened.SetResult();
        var again = await Od("models", "add", web.Address.AbsoluteUri, "--name", "fetched");

        Assert.NotEqual(0, stopped.ExitCode);
        Assert.Contains("The server goes on with it.", stopped.Errors, StringComparison.Ordinal);
        Assert.True(again.ExitCode == 0, again.All);
        Assert.Single(web.Gets, path => path == "unet/model.onnx");
    }

    [Fact]
    public async Task A_bucket_is_read_where_the_settings_say_with_the_environments_credentials()
    {
        await using var bucket = await FolderServer.Start(Source, "/bucket/some/model/");
        var signed = new System.Collections.Concurrent.ConcurrentQueue<string>();
        bucket.Spoil = (context, _) =>
        {
            signed.Enqueue(context.Request.Headers.Authorization.ToString());
            return Task.FromResult(false);
        };
        using var od = OdProcess.Start(_folder.File("data"), ["models", "add", "s3://bucket/some/model"], new Dictionary<string, string>
        {
            ["Diffusion__Origins__S3__Endpoint"] = new Uri(bucket.Address, "/").AbsoluteUri,
            ["AWS_ACCESS_KEY_ID"] = "the-key",
            ["AWS_SECRET_ACCESS_KEY"] = "the-secret",
        });

        var added = await od.Finish();

        Assert.True(added.ExitCode == 0, added.All);
        Assert.Contains("model, version ", added.Output, StringComparison.Ordinal);
        Assert.All(signed, header => Assert.StartsWith("AWS4-HMAC-SHA256 Credential=the-key/", header, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_no_model_is_said_file_by_file()
    {
        await using var web = await FolderServer.Start(_folder.File("nothing"));

        var nothing = await Od("models", "add", web.Address.AbsoluteUri);
        var wrong = await Od("models", "add", "ftp://host/model");

        Assert.Equal(1, nothing.ExitCode);
        Assert.Contains($"od: model_index.json: There is none below {web.Address}: ", nothing.Errors, StringComparison.Ordinal);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("'ftp://host/model' must begin with http://, https:// or s3://, not ftp://.", wrong.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task<Finished> Od(params string[] arguments) => OdProcess.Run(_folder.File("data"), arguments);

    /// <summary>Of the file: all IDAT chunks. The text beside them names the model.</summary>
    private string Pixels(string file)
    {
        var bytes = File.ReadAllBytes(_folder.File(file));
        var data = new List<byte>();
        for (var place = 8; place < bytes.Length;)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(place));
            if (System.Text.Encoding.ASCII.GetString(bytes, place + 4, 4) == "IDAT") data.AddRange(bytes.AsSpan(place + 8, length));
            place += 12 + length;
        }

        return Convert.ToHexString(data.ToArray());
    }
}
