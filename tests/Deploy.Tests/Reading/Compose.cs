using System.Text.Json.Nodes;

namespace OrleansDiffusion.Deploy.Tests.Reading;

/// <summary>The compose file alone, and with what comes over it for GPUs.</summary>
internal static class Compose
{
    private const string File = "deploy/compose.yaml";
    private const string CudaFile = "deploy/compose.cuda.yaml";

    public static TheoryData<bool> Variants => [false, true];

    public static IEnumerable<Service> AllServices => Services(withCuda: false).Concat(Services(withCuda: true));

    public static IReadOnlyList<Service> Services(bool withCuda)
    {
        var services = Yaml.Document(File).At("services")!.AsObject();
        if (withCuda)
        {
            foreach (var (name, change) in Yaml.Document(CudaFile).At("services")!.AsObject())
            foreach (var (field, value) in change!.AsObject()) services[name]![field] = value!.DeepClone();
        }

        return [.. services.Select(service => new Service(service.Key, service.Value!))];
    }
}

internal sealed record Service(string Name, JsonNode Body)
{
    public string Image => Body.Text("image")!;

    public bool IsOurs => Image.StartsWith("orleans-diffusion/", StringComparison.Ordinal);

    public string[] Arguments => Body.Texts("command");

    public override string ToString() => Name;
}
