using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Requests;

/// <summary>A pool's policy as a whole: what is absent is as by default.</summary>
internal static class PolicyForm
{
    /// <summary>Beyond what any rule allows, and within what a time span can hold.</summary>
    private const double SecondsMax = 1e9;

    public static PoolPolicy Read(JsonForm form)
    {
        var usual = new PoolPolicy();
        return new PoolPolicy
        {
            Min = form.Integer("min") ?? usual.Min,
            Max = form.Integer("max") ?? usual.Max,
            Step = form.Integer("step") ?? usual.Step,
            Standby = form.Integer("standby"),
            StandbyLapses = form.Flag("standby_lapses") ?? usual.StandbyLapses,
            WeightsStandby = form.Integer("weights_standby"),
            KeepAlive = Seconds(form, "keep_alive_seconds") ?? usual.KeepAlive,
            KeepAliveQuantile = form.Number("keep_alive_quantile") ?? usual.KeepAliveQuantile,
            KeepAliveMax = Seconds(form, "keep_alive_max_seconds") ?? usual.KeepAliveMax,
            WaitWorth = form.Number("wait_worth") ?? usual.WaitWorth,
            Schedules = [.. form.Objects("schedules").Select(ScheduleForm.Read)],
            QueueCountMax = form.Integer("queue_count_max") ?? usual.QueueCountMax,
            BatchMax = form.Integer("batch_max") ?? usual.BatchMax,
            Needs = form.Object("needs") is { } needs ? Needs(needs) : DeviceNeeds.None,
        };
    }

    private static TimeSpan? Seconds(JsonForm form, string name) =>
        form.Number(name) is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, -1, SecondsMax)) : null;

    private static DeviceNeeds Needs(JsonForm form) =>
        new() { Provider = form.Text("provider"), Labels = form.Object("labels")?.Texts() ?? DeviceNeeds.None.Labels };
}
