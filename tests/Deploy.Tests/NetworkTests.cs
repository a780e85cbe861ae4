using System.Text.Json.Nodes;
using OrleansDiffusion.Deploy.Tests.Reading;

namespace OrleansDiffusion.Deploy.Tests;

/// <summary>A silo trusts whoever reaches its ports.</summary>
public sealed class NetworkTests
{
    private static readonly IReadOnlyList<Manifest> All = Kubernetes.Render(Kubernetes.Cuda);

    [Theory]
    [InlineData("silo", new[] { "silo" })]
    [InlineData("gateway", new[] { "api", "silo" })]
    [InlineData("probes", new[] { "namespace monitoring" })]
    [InlineData("chunks", new[] { "silo" })]
    public void Only_those_reach_a_silo_s_port_who_must(string port, string[] callers) =>
        Assert.Equal(callers, Callers("silo", port));

    [Fact]
    public void The_api_is_reached_on_its_one_port_and_the_other_pods_on_none()
    {
        Assert.Equal(["anybody"], Callers("api", "http"));
        Assert.All((string[])["migrate", "prepull"], component => Assert.Empty(RulesFor(component, "Ingress")));
    }

    [Theory]
    [InlineData("silo", new[] { 53, 5432, 8090, 11111, 30000 })]
    [InlineData("api", new[] { 53, 5432, 30000 })]
    [InlineData("migrate", new[] { 53, 5432 })]
    [InlineData("prepull", new int[0])]
    public void Each_reaches_what_it_needs(string component, int[] ports) =>
        Assert.Equal(
            ports,
            RulesFor(component, "Egress").SelectMany(rule => rule.Items("ports")).Select(port => (int)port.At("port")!).Distinct().Order());

    [Fact]
    public void Every_pod_of_ours_is_closed_both_ways_before_something_opens() =>
        Assert.All(Components, component =>
        {
            Assert.Contains(PoliciesOf(component), policy => policy.Body.Texts("spec/policyTypes").Contains("Ingress"));
            Assert.Contains(PoliciesOf(component), policy => policy.Body.Texts("spec/policyTypes").Contains("Egress"));
        });

    [Fact]
    public void Services_and_budgets_select_the_pods_of_their_name()
    {
        foreach (var name in (string[])["od-silo", "od-api"])
        {
            var named = All.Where(manifest => manifest.Name == name).ToList();
            var labels = named.Single(manifest => manifest.Pod is not null).PodLabels;
            Assert.Equal(labels, named.Single(manifest => manifest.Kind == "Service").Body.Map("spec/selector"));
            Assert.Equal(labels, named.Single(manifest => manifest.Kind == "PodDisruptionBudget").Body.Map("spec/selector/matchLabels"));
        }
    }

    [Fact]
    public void A_service_s_ports_are_its_pods_and_the_stateful_set_s_service_is_headless()
    {
        foreach (var service in All.Where(manifest => manifest.Kind == "Service"))
        {
            var ports = All.Single(manifest => manifest.Pod is not null && manifest.Name == service.Name).Containers.Single().Ports;
            Assert.Equal(ports.Keys.Order(), service.Body.Items("spec/ports").Select(port => port.Text("targetPort")!).Order());
        }

        Assert.Equal("None", All.Single(manifest => manifest.Kind == "Service" && manifest.Name == "od-silo").Body.Text("spec/clusterIP"));
        Assert.Equal("od-silo", All.Single(manifest => manifest.Kind == "StatefulSet").Body.Text("spec/serviceName"));
    }

    private static IEnumerable<string> Components =>
        All.Where(manifest => manifest.Pod is not null).Select(manifest => manifest.PodLabels["app.kubernetes.io/component"]);

    private static string[] Callers(string component, string port) =>
    [
        .. RulesFor(component, "Ingress")
            .Where(rule => rule.At("ports") is null || rule.Items("ports").Any(open => open.Text("port") == port))
            .SelectMany(rule => rule.At("from") is null ? ["anybody"] : rule.Items("from").SelectMany(Names))
            .Distinct().Order(),
    ];

    /// <summary>Who a peer is; whatever is not understood is shown as it stands, and so fails.</summary>
    private static IEnumerable<string> Names(JsonNode peer) => ((JsonObject)peer).Select(field => field.Key).ToArray() switch
    {
        ["podSelector"] => Components.Where(component => Selects(peer.At("podSelector")!, component)),
        ["namespaceSelector"] => [$"namespace {string.Join(',', peer.Map("namespaceSelector/matchLabels").Values)}"],
        _ => [peer.ToJsonString()],
    };

    private static IEnumerable<JsonNode> RulesFor(string component, string direction) =>
        PoliciesOf(component).SelectMany(policy => policy.Body.Items($"spec/{direction.ToLowerInvariant()}"));

    private static IEnumerable<Manifest> PoliciesOf(string component) =>
        All.Where(manifest => manifest.Kind == "NetworkPolicy" && Selects(manifest.Body.At("spec/podSelector")!, component));

    private static bool Selects(JsonNode selector, string component)
    {
        var labels = All.Single(manifest => manifest.Pod is not null && manifest.PodLabels["app.kubernetes.io/component"] == component).PodLabels;
        return selector.Map("matchLabels").All(wanted => labels.GetValueOrDefault(wanted.Key) == wanted.Value)
            && selector.Items("matchExpressions").All(wanted =>
                wanted.Text("operator") == "In" && wanted.Texts("values").Contains(labels.GetValueOrDefault(wanted.Text("key")!)));
    }
}
