using Microsoft.Extensions.Logging;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Grains;

/// <summary>
/// Asks the pools now and then what they lack and shows how many silos the cluster wants; of the same answers it is decided
/// which weights silos hold ahead. While a pool does not answer, the last figure stands: too few silos for a while are better
/// than many that somebody pays for.
/// </summary>
internal sealed partial class SiloDemand(
    IGrainFactory grains, Inventory inventory, WeightsDemand weights, INodeProvisioner? provisioner, ScalingOptions options, ILogger logger)
{
    private bool _isLooking;
    private bool _isOver;

    /// <summary>Starts a look beside whatever else happens, unless one is under way.</summary>
    public void Start()
    {
        if (!_isLooking) _ = Look();
    }

    /// <summary>The figure is another silo's from now on.</summary>
    public void End()
    {
        _isOver = true;
        DiffusionMeter.DesiredSilosLeft();
        WeightsDemand.End();
    }

    private async Task Look()
    {
        _isLooking = true;
        await Task.Yield(); // Whoever started it goes on first.
        try
        {
            var models = await grains.GetGrain<ICatalogGrain>(GrainKeys.Catalog).List();
            var pools = await Task.WhenAll(models.Select(model => grains.GetGrain<ISchedulerGrain>(model.Name).View()));
            var lackedCount = pools.Sum(pool => pool.LackedCount);
            if (!_isOver) weights.Decide(models, pools);
            if (!_isOver) await Tell(DesiredSilos.Of(inventory.Silos, lackedCount, options.MinSilos, options.MaxSilos));
        }
        catch (Exception problem)
        {
            Log.Failed(logger, problem);
        }

        _isLooking = false;
    }

    private async Task Tell(int count)
    {
        DiffusionMeter.DesiredSilosChanged(count);
        if (provisioner is not null) await provisioner.Have(count, inventory.Silos);
    }

    private static partial class Log
    {
        [LoggerMessage(4071, LogLevel.Warning, "How many silos are wanted could not be found out or told; trying again later")]
        public static partial void Failed(ILogger logger, Exception problem);
    }
}
