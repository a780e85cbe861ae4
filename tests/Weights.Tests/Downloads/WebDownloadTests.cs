using System.Collections.Concurrent;

namespace OrleansDiffusion.Weights.Tests.Downloads;

/// <summary>What web servers do beside giving files: refuse, lead elsewhere, ask for credentials.</summary>
public sealed class WebDownloadTests : DownloadTest
{
    [Theory]
    [InlineData(401, "the server answers 401. It asks for credentials, or forbids this address.")]
    [InlineData(403, "the server answers 403. It asks for credentials, or forbids this address.")]
    [InlineData(500, "the server answers 500.")]
    public async Task A_server_that_refuses_is_told_with_its_reason(int status, string reason)
    {
        var download = await Begin();
        Server!.Spoil = (context, _) =>
        {
            context.Response.StatusCode = status;
            return Task.FromResult(true);
        };

        var refused = await Assert.ThrowsAsync<WeightsException>(() => Fetch(download));

        Assert.Equal($"{Server.Address}{ModelLayout.IndexFile} cannot be read: {reason}", refused.Message);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/x")]
    public async Task A_redirection_to_anything_but_the_web_is_not_followed(string place)
    {
        var download = await Begin();
        Server!.Spoil = (context, _) =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = place;
            return Task.FromResult(true);
        };

        var refused = await Assert.ThrowsAsync<WeightsException>(() => Fetch(download));

        Assert.Contains("the server answers 302. It leads to a place that is not followed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirection_within_the_web_is_followed_for_every_range()
    {
        await using var other = await FolderServer.Start(Model.Path, "/elsewhere/");
        var download = await Begin();
        Server!.Spoil = (context, path) =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = new Uri(other.Address, path).AbsoluteUri;
            return Task.FromResult(true);
        };

        Assert.Empty(await Fetch(download));

        Assert.Equal((await ModelManifest.Read(Model.Path)).Version, (await ModelManifest.Read(download.Folder)).Version);
        Assert.Equal(0, Server.SentBytes);
    }

    [Fact]
    public async Task Credentials_are_for_their_own_host_alone()
    {
        await using var other = await FolderServer.Start(Model.Path, "/elsewhere/");
        await Begin();
        var (own, others) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        Server!.Spoil = (context, path) =>
        {
            own.Enqueue(context.Request.Headers.Authorization.ToString());
            context.Response.Redirect(new Uri(other.Address, path).AbsoluteUri);
            return Task.FromResult(true);
        };
        other.Spoil = (context, _) =>
        {
            others.Enqueue(context.Request.Headers.Authorization.ToString());
            return Task.FromResult(false);
        };
        using var origin = new HttpOrigin(
            Http, Server.Address, Quick, TimeProvider.System, place => place.Authority == Server.Address.Authority ? "Bearer secret" : null);

        Assert.Empty(await Fetch(new ModelDownload(origin, Target.Path, new DownloadOptions())));

        Assert.Equal(["Bearer secret"], own.Distinct());
        Assert.Equal([""], others.Distinct());
    }

    [Fact]
    public async Task A_server_that_leads_in_circles_is_left()
    {
        var download = await Begin();
        Server!.Spoil = (context, _) =>
        {
            context.Response.Redirect(context.Request.Path);
            return Task.FromResult(true);
        };

        await Assert.ThrowsAsync<WeightsException>(() => Fetch(download));

        Assert.Equal(22, Server.Requests.Count); // By HEAD and by GET.
    }

    [Fact]
    public async Task A_server_that_forbids_what_it_does_not_have_and_knows_no_HEAD_is_read_all_the_same()
    {
        Model.Delete("generation_config.json");
        var download = await Begin();
        Server!.Spoil = (context, path) =>
        {
            var isForbidden = context.Request.Method == "HEAD" || !File.Exists(Model.At(path));
            if (isForbidden) context.Response.StatusCode = 403;
            return Task.FromResult(isForbidden);
        };

        Assert.Empty(await Fetch(download));

        Assert.Equal((await ModelManifest.Read(Model.Path)).Version, (await ModelManifest.Read(download.Folder)).Version);
    }
}
