using System.Text.Json.Nodes;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Storage.Tests;

/// <summary>Rows of models that an older program wrote.</summary>
public sealed class ModelRowTests
{
    private static readonly string Row = StorageJson.Write(
        new ModelEntry
        {
            Name = "sd", Version = "v1", Folder = "/models/sd", FileBytes = 1, MemoryBytes = 2, AddedAt = DateTimeOffset.UnixEpoch,
            Policy = new() { Max = 3, Needs = new() { Provider = "cuda", Labels = new Dictionary<string, string> { ["gpu"] = "l4" } } },
            Facts = new()
            {
                Family = "sd", SideMultiple = 8, SideMin = 64, SideMax = 1024, DefaultWidth = 512, DefaultHeight = 512, DefaultSteps = 25,
                DefaultGuidance = 7.5, DefaultSampler = "ddim", Samplers = ["ddim"], PromptTokenCountMax = 77,
            },
        },
        StorageJson.Default.ModelEntry);

    [Fact]
    public void A_policy_from_before_there_were_needs_asks_for_nothing()
    {
        var row = JsonNode.Parse(Row)!;
        Assert.True(row["policy"]!.AsObject().Remove("needs"));

        Assert.Equal(3, ModelSql.Read(row.ToJsonString()).Policy.Max);
        Assert.Equal(DeviceNeeds.None, ModelSql.Read(row.ToJsonString()).Policy.Needs);
    }

    [Fact]
    public void A_policy_from_before_there_was_history_is_as_by_default()
    {
        var row = JsonNode.Parse(Row)!;
        string[] later = ["keep_alive_quantile", "keep_alive_max", "wait_worth", "standby_lapses", "schedules"];
        foreach (var name in later) Assert.True(row["policy"]!.AsObject().Remove(name), name);

        Assert.Equal(
            new PoolPolicy { Max = 3, Needs = new() { Provider = "cuda", Labels = new Dictionary<string, string> { ["gpu"] = "l4" } } },
            ModelSql.Read(row.ToJsonString()).Policy);
    }

    [Fact]
    public void Needs_without_labels_have_none()
    {
        var row = JsonNode.Parse(Row)!;
        row["policy"]!["needs"] = JsonNode.Parse("""{"provider": "cpu"}""");

        Assert.Equal(new DeviceNeeds { Provider = "cpu" }, ModelSql.Read(row.ToJsonString()).Policy.Needs);
    }
}
