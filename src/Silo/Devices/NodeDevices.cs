using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansDiffusion.Diffusion;
using OrleansDiffusion.Diffusion.Onnx;
using OrleansDiffusion.Grains;

namespace OrleansDiffusion.Silo.Devices;

/// <summary>The node's devices, each with its provider, its budget and the one thread that may touch it.</summary>
internal sealed partial class NodeDevices : IDeviceInventory, IHostedService, IDisposable
{
    /// <summary>Of a GPU's memory, for the driver's context and for what else draws on it.</summary>
    private const long GpuReserveBytes = 1L << 30;

    private readonly Dictionary<string, NodeDevice> _devices = [];
    private readonly Meter _meter = new(DiffusionMeter.Name);
    private readonly ILogger _log;

    /// <exception cref="NodeStartException">A device that is asked for is not here, and falling back is not allowed.</exception>
    public NodeDevices(NodeOptions options, ILogger<NodeDevices> log)
    {
        _log = log;
        var found = options.Devices.Count == 0 ? [] : OnnxDevices.Probe();
        foreach (var wanted in options.LoadModels ? options.Devices : [])
        {
            var provider = Choose(wanted, log);
            var probed = found.FirstOrDefault(device => device.Id == provider.DeviceName);
            var budget = wanted.MemoryBytes ?? DefaultBudget(provider, probed?.MemoryBytes ?? 0);
            var device = new NodeDevice(provider, new DeviceThread(wanted.Id), new LocalDevice(
                wanted.Id, provider.Name, probed?.Name ?? wanted.Id, budget, wanted.Labels));
            _devices.Add(wanted.Id, device);
        }

        Devices = [.. _devices.Values.Select(device => device.Local)];
        _meter.CreateObservableCounter("od_device_busy_seconds_total", BusySeconds, "s", "Time in which a device had work.");
    }

    public IReadOnlyList<LocalDevice> Devices { get; }

    /// <summary>Of the devices, one for each kind.</summary>
    public IEnumerable<OnnxProvider> Providers => _devices.Values.Select(device => device.Provider).DistinctBy(provider => provider.Name);

    /// <exception cref="InferenceException">This silo has no such device.</exception>
    public NodeDevice Find(string deviceId) =>
        _devices.TryGetValue(deviceId, out var device) ? device : throw new InferenceException($"This silo has no device {deviceId}.");

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var device in Devices) Log.DeviceReady(_log, device.DeviceId, device.Name, device.MemoryBytes >> 20);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _meter.Dispose();
        foreach (var device in _devices.Values) device.Lane.Dispose();
    }

    private IEnumerable<Measurement<double>> BusySeconds() =>
        _devices.Values.Select(device => new Measurement<double>(
            device.Lane.BusyTime.TotalSeconds, new KeyValuePair<string, object?>("device", device.Local.DeviceId)));

    private static OnnxProvider Choose(DeviceOptions wanted, ILogger log)
    {
        try
        {
            var choice = OnnxDevices.Choose(OnnxProvider.Parse(wanted.Provider, wanted.Ordinal) with
            {
                ThreadCount = wanted.ThreadCount ?? 0,
                AllowCpuFallback = wanted.MayFallBack,
            });
            if (choice.Notice is { } notice) Log.FellBack(log, notice);
            return choice.Provider;
        }
        catch (InferenceException refused)
        {
            throw new NodeStartException(refused.Message, refused);
        }
    }

    private static long DefaultBudget(OnnxProvider provider, long memoryBytes) =>
        provider.Name == OnnxProvider.CpuName ? memoryBytes / 2 : Math.Max(memoryBytes - GpuReserveBytes, memoryBytes / 2);

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Information, "Device {DeviceId}: {Name}, {BudgetMebibytes} MiB for replicas")]
        public static partial void DeviceReady(ILogger log, string deviceId, string name, long budgetMebibytes);

        [LoggerMessage(1002, LogLevel.Warning, "{Notice}")]
        public static partial void FellBack(ILogger log, string notice);
    }
}

/// <param name="Provider">How sessions are made on it.</param>
/// <param name="Lane">The only way onto it.</param>
/// <param name="Local">As the cluster sees it.</param>
internal sealed record NodeDevice(OnnxProvider Provider, DeviceThread Lane, LocalDevice Local);
