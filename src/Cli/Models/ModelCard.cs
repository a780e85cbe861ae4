using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Jobs;
using Spectre.Console;

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
        Row("family", facts.Family);
        Row("files", Bytes.Text(model.FileBytes));
        Row("device memory", Bytes.Text(model.MemoryBytes));
        Row("sizes", $"{facts.SideMin}..{facts.SideMax} px a side, multiples of {facts.SideMultiple}; default {facts.DefaultWidth}x{facts.DefaultHeight}");
        Row("prompt", $"{facts.PromptTokenCountMax} tokens");
        Row("steps", $"default {facts.DefaultSteps}");
        Row("guidance", $"default {facts.DefaultGuidance}");
        Row("samplers", $"{string.Join(", ", facts.Samplers)}; default {facts.DefaultSampler}");
        Row("pool", $"min {policy.Min}, max {policy.Max}, step {policy.Step}, standby {policy.StandbyTarget}, keep-alive {policy.KeepAlive.TotalMinutes:0} min");
        Row("devices", policy.Needs.Equals(DeviceNeeds.None) ? "any" : $"only a {policy.Needs}");
        console.Write(grid);
    }
}
