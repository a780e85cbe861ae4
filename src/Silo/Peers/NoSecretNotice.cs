using Microsoft.Extensions.Logging;
using OrleansDiffusion.Silo.Starting;

namespace OrleansDiffusion.Silo.Peers;

/// <summary>Says why a weights cache that was asked for is not used.</summary>
internal sealed partial class NoSecretNotice(ILogger<NoSecretNotice> log) : BeforeStart
{
    public override Task StartingAsync(CancellationToken cancellationToken)
    {
        Log.NoSecret(log);
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(
            1091, LogLevel.Warning,
            "Diffusion:Weights:Secret is not set: no weights are given to other silos or taken from them, and models load from their folders")]
        public static partial void NoSecret(ILogger log);
    }
}
