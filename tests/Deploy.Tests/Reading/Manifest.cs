using System.Text.Json.Nodes;

namespace OrleansDiffusion.Deploy.Tests.Reading;

/// <summary>One object of Kubernetes.</summary>
internal sealed record Manifest(string File, JsonObject Body)
{
    public string Kind => Body.Text("kind")!;

    public string Name => Body.Text("metadata/name")!;

    /// <summary>Null for what runs nothing.</summary>
    public JsonNode? Pod => Body.At("spec/template/spec");

    public Dictionary<string, string> PodLabels => Body.Map("spec/template/metadata/labels");

    public IEnumerable<Container> Containers =>
        Pod.Items("initContainers").Concat(Pod.Items("containers")).Select(body => new Container($"{Kind}/{Name}", body));

    public override string ToString() => $"{Kind}/{Name}";
}

/// <param name="Where">For messages.</param>
/// <param name="Body">Its part of the pod.</param>
internal sealed record Container(string Where, JsonNode Body)
{
    private static readonly Dictionary<string, string> Downward = new() { ["status.podIP"] = "10.1.2.3", ["metadata.name"] = "od-silo-0" };

    private static readonly string[] ProbeNames = ["startupProbe", "readinessProbe", "livenessProbe"];

    public string Image => Body.Text("image")!;

    public bool IsOurs => Image.Contains("orleans-diffusion/", StringComparison.Ordinal);

    public string[] EnvironmentNames => [.. Body.Items("env").Select(variable => variable.Text("name")!)];

    public IEnumerable<JsonNode> Probes =>
        ProbeNames.Select(name => Body.At(name)).OfType<JsonNode>();

    /// <summary>As the kubelet would give them, with an address and a name for what only it knows.</summary>
    public string[] Arguments => [.. Body.Texts("args").Select(Filled)];

    /// <summary>By name, so that what names a port that is not there fails.</summary>
    public Dictionary<string, int> Ports => Body.Items("ports").ToDictionary(port => port.Text("name")!, port => (int)port.At("containerPort")!);

    public override string ToString() => $"{Where}/{Body.Text("name")}";

    private string Filled(string text) => Body.Items("env").Aggregate(
        text,
        (known, variable) => known.Replace(
            $"$({variable.Text("name")})",
            variable.Text("valueFrom/fieldRef/fieldPath") is { } path ? Downward[path] : variable.Text("value"),
            StringComparison.Ordinal));
}
