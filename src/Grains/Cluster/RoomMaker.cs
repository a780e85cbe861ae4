using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Makes room on full devices: asks the pools what their replicas are worth, sends the least worth away and keeps their place
/// for the model that needs it. Whoever waits for room asks again when it is told that somebody has left.
/// </summary>
internal sealed partial class RoomMaker(IGrainFactory grains, Inventory inventory, ScalingOptions options, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<string, DateTimeOffset> _triedAt = new(StringComparer.Ordinal);
    private bool _isMaking;

    /// <summary>
    /// Starts beside whatever else happens, one at a time: two at once might send two away where one is enough. A standby that
    /// found no room looks only now and then whether others have become worth less.
    /// </summary>
    public void Start(DeviceRequest request)
    {
        if (_isMaking || (!request.IsForDemand && time.GetUtcNow() - _triedAt.GetValueOrDefault(request.Model) < options.Interval)) return;
        _triedAt[request.Model] = time.GetUtcNow();
        _ = Make(request);
    }

    private async Task Make(DeviceRequest request)
    {
        _isMaking = true;
        await Task.Yield(); // Whoever asked for room gets its answer first.
        try
        {
            if (await Plan(request) is { } plan) await Have(plan, request);
        }
        catch (Exception problem)
        {
            Log.NotMade(logger, request.Model, problem);
        }

        _isMaking = false;
    }

    private async Task<RoomPlan?> Plan(DeviceRequest request)
    {
        var candidates = inventory.WithoutRoom(request);
        var models = candidates.SelectMany(candidate => candidate.Replicas).Select(replica => GrainKeys.ModelOf(replica.ReplicaId)).Distinct();
        var offers = await Task.WhenAll(models.Select(model => Pool(model).Offers()));
        var byReplica = offers.SelectMany(pool => pool).ToDictionary(offer => offer.ReplicaId, StringComparer.Ordinal);
        return RoomPlan.Choose(candidates, byReplica, new RoomRequest(request.MemoryBytes, request.IsForDemand, request.Worth));
    }

    private async Task Have(RoomPlan plan, DeviceRequest request)
    {
        inventory.Keep(request, plan.Device);
        foreach (var leaving in plan.Leaving)
        {
            if (await Pool(GrainKeys.ModelOf(leaving)).Yield(leaving, request.Model)) continue;
            Log.Stays(logger, leaving, request.Model);
            inventory.KeepNoMore(request.Model);
            return;
        }

        if (plan.Leaving.Count == 0) await Pool(request.Model).RoomMade(); // Somebody left meanwhile.
    }

    private ISchedulerGrain Pool(string model) => grains.GetGrain<ISchedulerGrain>(model);

    private static partial class Log
    {
        [LoggerMessage(4081, LogLevel.Warning, "No room could be made for {Model}; trying again later")]
        public static partial void NotMade(ILogger logger, string model, Exception problem);

        [LoggerMessage(4082, LogLevel.Information, "{ReplicaId} has got work and does not leave for {Model}")]
        public static partial void Stays(ILogger logger, string replicaId, string model);
    }
}
