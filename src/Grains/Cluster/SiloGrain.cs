using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;

namespace OrleansDiffusion.Grains;

/// <summary>The hand that reaches into one silo. It has no state, and leaves after every call.</summary>
[ReplicaPlacement]
internal sealed partial class SiloGrain(SiloName silo, IHostApplicationLifetime host, ILogger<SiloGrain> logger) : Grain, ISiloGrain
{
    public Task<bool> Drain()
    {
        DeactivateOnIdle();
        if (silo.Id != this.GetPrimaryKeyString()) return Task.FromResult(false); // Placed elsewhere: that silo is gone.

        Log.Draining(logger, silo.Id);
        _ = Task.Run(host.StopApplication); // Beside this turn: the end of the process waits for its grains.
        return Task.FromResult(true);
    }

    private static partial class Log
    {
        [LoggerMessage(4151, LogLevel.Information, "{SiloId} is told to leave")]
        public static partial void Draining(ILogger logger, string siloId);
    }
}
