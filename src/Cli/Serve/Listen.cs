using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using OrleansDiffusion.Api;
using OrleansDiffusion.Silo;

namespace OrleansDiffusion.Cli.Serve;

/// <param name="Address">Where to listen.</param>
/// <param name="Port">0 for a free one.</param>
/// <param name="RequireKey">Ask for a key even on loopback.</param>
/// <param name="Insecure">Ask for none anywhere.</param>
internal sealed record Listen(IPAddress Address, int Port, bool RequireKey, bool Insecure)
{
    public bool AsksForKey => RequireKey || (!IPAddress.IsLoopback(Address) && !Insecure);

    /// <exception cref="NodeStartException">It would ask for a key, and there is none.</exception>
    public async Task DemandKey(Func<Task<int>> countKeys)
    {
        if (AsksForKey && await countKeys() == 0) throw new NodeStartException(KeyMissing);
    }

    public void Apply(DiffusionApiOptions options) => options.RequireApiKey = AsksForKey;

    public void Apply(WebApplicationBuilder builder) =>
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(Address, Port));

    private string KeyMissing => IPAddress.IsLoopback(Address)
        ? "--require-key needs a key: make one with `od keys add`."
        : $"{Address} can be reached from other machines: make an API key first (od keys add), or say --insecure.";
}
