using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Devices of this silo that hang. Only a new process can use them again; when none is left, this one leaves, so that
/// whatever supervises it starts another.
/// </summary>
internal sealed partial class DeviceFaults(IDeviceInventory devices, IHostApplicationLifetime process, ILogger<DeviceFaults> logger)
{
    private readonly ConcurrentDictionary<string, string> _byDevice = new(StringComparer.Ordinal);

    /// <summary>Null when nothing is known against the device.</summary>
    public string? Of(string deviceId) => _byDevice.GetValueOrDefault(deviceId);

    public void Note(string deviceId, string reason)
    {
        _byDevice[deviceId] = reason;
        Log.Hangs(logger, deviceId, reason);
        if (!devices.Devices.All(device => _byDevice.ContainsKey(device.DeviceId))) return;
        Log.NoneLeft(logger);
        process.StopApplication();
    }

    private static partial class Log
    {
        [LoggerMessage(3201, LogLevel.Critical, "{DeviceId} is not used any more until this process is started again: {Reason}")]
        public static partial void Hangs(ILogger logger, string deviceId, string reason);

        [LoggerMessage(3202, LogLevel.Critical, "No device is left; this silo leaves the cluster")]
        public static partial void NoneLeft(ILogger logger);
    }
}
