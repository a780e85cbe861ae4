using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Cli.Connections;
using OrleansDiffusion.Cli.Keys;
using OrleansDiffusion.Storage;

namespace OrleansDiffusion.Cli.Serve;

/// <summary>Keeps the note and the key by which commands on this machine find a running server, for as long as it runs.</summary>
internal sealed class ServerNote : IAsyncDisposable
{
    private readonly IKeyStore _keys;
    private readonly string _keyId;
    private readonly DirectoryInfo _data;

    private ServerNote(IKeyStore keys, string keyId, DirectoryInfo data, Uri address)
    {
        _keys = keys;
        _keyId = keyId;
        _data = data;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<ServerNote> LeaveAsync(WebApplication app, DirectoryInfo data, CancellationToken cancellation)
    {
        var address = new Uri(app.Urls.First().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "127.0.0.1", StringComparison.Ordinal));
        var keys = app.Services.GetRequiredService<IKeyStore>();
        var (key, secret) = KeyMaker.Make($"local-{Environment.ProcessId}", GrainKeys.DefaultTenant, isAdmin: true, TimeProvider.System);
        await keys.Put(key, cancellation);
        new RunningServer(address, Environment.ProcessId, secret).Write(data);
        return new ServerNote(keys, key.Id, data, address);
    }

    public async ValueTask DisposeAsync()
    {
        RunningServer.Remove(_data);
        await _keys.Remove(_keyId, CancellationToken.None);
    }
}
