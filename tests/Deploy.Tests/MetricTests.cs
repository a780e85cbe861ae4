using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Deploy.Tests.Reading;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Deploy.Tests;

/// <summary>Alerts and the dashboard ask for metrics, labels and values that exist.</summary>
public sealed partial class MetricTests
{
    /// <summary>What Prometheus adds: buckets, and where a figure was scraped.</summary>
    private static readonly string[] OfPrometheus = ["le", "pod", "namespace"];

    private static readonly Dictionary<string, Metric> Known = Rows().ToDictionary(metric => metric.Name);

    private static readonly JsonNode Dashboard = JsonNode.Parse(Checkout.Text("deploy/kubernetes/monitoring/dashboard.json"))!;

    [Fact]
    public void Every_metric_and_every_label_of_an_alert_exists() =>
        Assert.All(Alerts(), alert => Check(alert.Text("expr")!));

    [Fact]
    public void Every_metric_and_every_label_of_the_dashboard_exists_and_every_metric_is_on_it()
    {
        var expressions = Dashboard.Items("panels").SelectMany(panel => panel.Items("targets")).ToList();

        Assert.All(expressions, target => Check(target.Text("expr")!));
        Assert.All(expressions, target => CheckLabels(
            [.. Legend().Matches(target.Text("legendFormat")!).Select(match => match.Groups[1].Value)], Names(target.Text("expr")!)));
        var shown = expressions.SelectMany(target => Names(target.Text("expr")!)).Select(metric => metric.Name);
        Assert.Equal(Known.Keys.Order(), shown.Distinct().Order());
    }

    [Fact]
    public void Every_alert_is_explained_and_every_explanation_is_of_an_alert()
    {
        var told = Checkout.Text("docs/OPERATIONS.md").Split("## Alerts")[1].Split("\n### ").Skip(1).Select(text => text.Split('\n')[0]);

        Assert.Equal(Alerts().Select(alert => alert.Text("alert")).Order(), told.Order());
        Assert.All(Alerts(), alert => Assert.Contains(alert.Text("labels/severity")!, (string[])["warning", "critical"]));
        Assert.All(Alerts(), alert => Assert.NotNull(alert.At("annotations/summary")));
    }

    [Fact]
    public void The_autoscaler_asks_for_a_metric_that_exists_and_changes_what_it_is_about()
    {
        var scaled = Kubernetes.Find(Kubernetes.Autoscaling, "ScaledObject", "od-silo").Body;
        var trigger = Assert.Single(scaled.Items("spec/triggers"));

        Assert.Equal(["od_desired_silos"], Names(trigger.Text("metadata/query")!).Select(metric => metric.Name));
        Assert.Equal("1", trigger.Text("metadata/threshold"));
        var target = Kubernetes.Find(Kubernetes.Cuda, scaled.Text("spec/scaleTargetRef/kind")!, scaled.Text("spec/scaleTargetRef/name")!);
        Assert.Equal(target.Body.Text("apiVersion"), scaled.Text("spec/scaleTargetRef/apiVersion"));
        Assert.Equal("silo", target.PodLabels["app.kubernetes.io/component"]);
    }

    [Fact]
    public void Silos_go_more_slowly_than_they_come_and_the_last_one_never()
    {
        var scaled = Kubernetes.Find(Kubernetes.Autoscaling, "ScaledObject", "od-silo").Body;
        var behavior = scaled.At("spec/advanced/horizontalPodAutoscalerConfig/behavior")!;

        Assert.InRange((int)scaled.At("spec/minReplicaCount")!, 1, (int)scaled.At("spec/maxReplicaCount")!);
        Assert.True((int)behavior.At("scaleDown/stabilizationWindowSeconds")! > (int)behavior.At("scaleUp/stabilizationWindowSeconds")!);
        var policy = Assert.Single(behavior.Items("scaleDown/policies"));
        var silo = Kubernetes.Find(Kubernetes.Cuda, "StatefulSet", "od-silo");
        Assert.True((int)policy.At("periodSeconds")! > (int)silo.Pod.At("terminationGracePeriodSeconds")!);
    }

    [Fact]
    public void Panels_have_places_and_numbers_of_their_own()
    {
        var panels = Dashboard.Items("panels").ToList();

        Assert.Equal(panels.Count, panels.Select(panel => panel.Text("id")).Distinct().Count());
        Assert.Equal(panels.Count, panels.Select(panel => $"{panel.Text("gridPos/x")},{panel.Text("gridPos/y")}").Distinct().Count());
        Assert.All(panels.SelectMany(panel => panel.Items("targets")), target => Assert.Equal("${source}", target.Text("datasource/uid")));
        Assert.Contains(Dashboard.Items("templating/list"), variable => variable.Text("name") == "source");
    }

    private static IEnumerable<JsonNode> Alerts() =>
        Kubernetes.Find(Kubernetes.Monitoring, "PrometheusRule", "od-alerts").Body.Items("spec/groups").SelectMany(group => group.Items("rules"));

    private static void Check(string expression)
    {
        var metrics = Names(expression);
        Assert.True(metrics.Count > 0 || expression.StartsWith("up{", StringComparison.Ordinal), expression);
        foreach (Match grouping in Grouping().Matches(expression))
            CheckLabels(grouping.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries), metrics);
        foreach (Match selector in Selector().Matches(expression))
        {
            foreach (Match label in Matcher().Matches(selector.Groups[2].Value))
            {
                CheckLabels([label.Groups[1].Value], Names(selector.Groups[1].Value));
                CheckValues(label.Groups[1].Value, label.Groups[2].Value);
            }
        }
    }

    private static void CheckLabels(string[] labels, List<Metric> metrics) =>
        Assert.All(labels.Except(OfPrometheus), label => Assert.All(metrics, metric => Assert.Contains(label, metric.Labels)));

    private static void CheckValues(string label, string values)
    {
        string[]? possible = label switch
        {
            "phase" => [.. Enum.GetNames<ReplicaPhase>().Select(name => name.ToLowerInvariant())],
            "status" => [.. Enum.GetNames<JobStatus>().Select(name => name.ToLowerInvariant())],
            "code" => [.. Enum.GetValues<ErrorCode>().Select(code => ErrorTable.Of(code).WireName)],
            _ => null,
        };
        if (possible is not null) Assert.All(values.Split('|'), value => Assert.Contains(value, possible));
    }

    private static List<Metric> Names(string expression) => [.. Name().Matches(expression).Select(match => Find(match.Value))];

    private static Metric Find(string name)
    {
        var series = Suffix().Replace(name, "");
        var metric = Known.GetValueOrDefault(series) is { Kind: "histogram" } histogram ? histogram : Known.GetValueOrDefault(name);
        Assert.True(metric is not null, $"{name} is not in docs/METRICS.md");
        Assert.True(metric.Kind != "histogram" || series != name, $"{name} is a histogram: it has buckets, a sum and a count");
        return metric;
    }

    private static IEnumerable<Metric> Rows() =>
        from line in Checkout.Text("docs/METRICS.md").Split('\n')
        where line.StartsWith("| `od_", StringComparison.Ordinal)
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        select new Metric(cells[1].Trim('`'), cells[2], cells[3].Split(',', StringSplitOptions.TrimEntries));

    /// <param name="Name">As it is scraped; of a histogram, without its endings.</param>
    /// <param name="Kind">counter, gauge or histogram.</param>
    /// <param name="Labels">That it has.</param>
    private sealed record Metric(string Name, string Kind, string[] Labels);

    [GeneratedRegex(@"\bod_[a-z_]+")]
    private static partial Regex Name();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"\bby \(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\b(od_[a-z_]+)\{([^}]*)\}")]
    private static partial Regex Selector();

    [GeneratedRegex("""([a-z_]+)[=!]~?"([^"]*)["]""")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\{\{ *([a-z_]+) *\}\}")]
    private static partial Regex Legend();
}
