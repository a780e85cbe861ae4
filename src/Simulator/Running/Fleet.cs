namespace OrleansDiffusion.Simulator;

/// <summary>The devices, which of them are on, and what that costs.</summary>
internal sealed class Fleet
{
    private readonly SimulatedCluster _cluster;
    private readonly bool _isAllOn;
    private readonly PriorityQueue<SimDevice, int> _off = new();
    private readonly SortedSet<SimDevice> _withRoom = new(Comparer<SimDevice>.Create((one, other) => one.Id.CompareTo(other.Id)));
    private readonly List<SimDevice> _devices = [];
    private double _onSeconds;

    public Fleet(SimulatedCluster cluster, bool isAllOn)
    {
        (_cluster, _isAllOn) = (cluster, isAllOn);
        for (var id = 0; id < cluster.DeviceCount; id++)
        {
            var device = new SimDevice(id);
            _devices.Add(device);
            if (isAllOn) TurnOn(device, 0);
            else _off.Enqueue(device, id);
        }
    }

    public bool HasOff => _off.Count > 0;

    /// <summary>The first device that is on, has room, and does not have this model yet.</summary>
    public SimDevice? WithRoom(SimPool pool)
    {
        foreach (var device in _withRoom)
            if (!device.Has(pool)) return device;
        return null;
    }

    public SimDevice TurnOnNext(double now)
    {
        var device = _off.Dequeue();
        TurnOn(device, now);
        return device;
    }

    public void Put(SimReplica replica)
    {
        replica.Device.Residents.Add(replica);
        if (replica.Device.Residents.Count == _cluster.ResidentCount) _withRoom.Remove(replica.Device);
    }

    /// <summary>A device with nothing left on it goes off.</summary>
    public void Take(SimReplica replica, double now)
    {
        var device = replica.Device;
        device.Residents.Remove(replica);
        if (device.Residents.Count == 0 && !_isAllOn) TurnOff(device, now);
        else _withRoom.Add(device);
    }

    /// <summary>Device-seconds paid by the end.</summary>
    public double OnSeconds(double end) => _onSeconds + _devices.Where(device => device.IsOn).Sum(device => end - device.OnSince);

    private void TurnOn(SimDevice device, double now)
    {
        (device.IsOn, device.OnSince) = (true, now);
        _withRoom.Add(device);
    }

    private void TurnOff(SimDevice device, double now)
    {
        device.IsOn = false;
        _onSeconds += now - device.OnSince;
        _withRoom.Remove(device);
        _off.Enqueue(device, device.Id);
    }
}
