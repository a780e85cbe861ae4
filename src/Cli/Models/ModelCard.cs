using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Jobs;
using Spectre.Console;
using static System.Globalization.CultureInfo;

namespace OrleansDiffusion.Cli.Models;

/// <summary>Everything that the catalog knows of a model, for a person.</summary>
internal static class ModelCard
{
    public static void Print(IAnsiConsole console, ModelEntry model)
    {
        var facts = model.Facts;
        var policy = model.Policy;
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        void Row(string name, string value) => grid.AddRow($"[grey]{name}[/]", Markup.Escape(value));
        Row("name", model.Name);
        Row("version", model.Version);
        Row("folder", model.Folder);
        if (model.Url is { } url) Row("fetched from", url);
        Row("family", facts.Family);
        Row("files", Bytes.Text(model.FileBytes));
        Row("device memory", Memory(model));
        Row("sizes", $"{facts.SideMin}..{facts.SideMax} px a side, multiples of {facts.SideMultiple}; default {facts.DefaultWidth}x{facts.DefaultHeight}");
        Row("prompt", $"{facts.PromptTokenCountMax} tokens");
        Row("steps", $"default {facts.DefaultSteps}");
        Row("guidance", $"default {facts.DefaultGuidance}");
        Row("samplers", $"{string.Join(", ", facts.Samplers)}; default {facts.DefaultSampler}");
        var lapses = policy.StandbyLapses ? ", while it is likely to be wanted" : "";
        Row("pool", $"min {policy.Min}, max {policy.Max}, step {policy.Step}, standby {policy.StandbyTarget}{lapses}");
        Row("weights ahead", policy.WeightsStandbyTarget == 1 ? "on 1 silo" : $"on {policy.WeightsStandbyTarget} silos");
        Row("keep-alive", KeepAlive(policy));
        foreach (var schedule in policy.Schedules) Row("schedule", ScheduleText.Of(schedule));
        Row("devices", policy.Needs.Equals(DeviceNeeds.None) ? "any" : $"only a {policy.Needs}");
        console.Write(grid);
    }

    private static string Memory(ModelEntry model) => model.Measured is { } measured
        ? $"{Bytes.Text(measured.Bytes)} on a {measured.Provider}, measured; {Bytes.Text(model.MemoryBytes)} elsewhere, estimated"
        : $"{Bytes.Text(model.MemoryBytes)}, estimated";

    private static string KeepAlive(PoolPolicy policy)
    {
        var fixedText = string.Create(InvariantCulture, $"{policy.KeepAlive.TotalMinutes:0.##} min");
        return policy.KeepAliveQuantile <= 0 ? $"{fixedText}, whatever the history" : string.Create(
            InvariantCulture,
            $"as long as {policy.KeepAliveQuantile:0.####} of the pool's gaps at most, where that is within {policy.KeepAliveMax.TotalHours:0.##} h, "
            + $"else {fixedText} at most; a second less of waiting is worth {policy.WaitWorth:0.####} idle ones");
    }
}
