using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using OrleansDiffusion.Deploy.Tests.Reading;

namespace OrleansDiffusion.Deploy.Tests;

/// <summary>
/// The manifests against the types of Kubernetes', the Prometheus operator's and KEDA's objects: each becomes a constant of its
/// type, and the TypeScript compiler says what is missing, misspelled or of another kind.
/// </summary>
public sealed class SchemaTests : IDisposable
{
    private static readonly string Schemas = typeof(SchemaTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "SchemaFolder").Value!;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("od-schema-");

    [Theory]
    [InlineData(Kubernetes.Cpu)]
    [InlineData(Kubernetes.Cuda)]
    [InlineData(Kubernetes.Autoscaling)]
    [InlineData(Kubernetes.Monitoring)]
    public void Manifests_are_what_kubernetes_expects(string folder) => Assert.Equal("", Compile(Kubernetes.Render(folder)));

    [Fact]
    public void The_example_of_a_secret_is_what_kubernetes_expects() =>
        Assert.Equal("", Compile([new Manifest("", (JsonObject)Yaml.Document("deploy/kubernetes/base/secret.example.yaml"))]));

    [Fact]
    public void A_misspelled_field_is_found()
    {
        var silo = Kubernetes.Find(Kubernetes.Cuda, "StatefulSet", "od-silo");
        silo.Containers.Single().Body["livenesProbe"] = new JsonObject();

        Assert.Contains("livenesProbe", Compile([silo]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_of_another_kind_is_found()
    {
        var silo = Kubernetes.Find(Kubernetes.Cuda, "StatefulSet", "od-silo");
        silo.Body["spec"]!["replicas"] = "2";

        Assert.Contains("Type 'string' is not assignable to type 'number'", Compile([silo]), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Compile(IReadOnlyList<Manifest> manifests)
    {
        Assert.NotEmpty(manifests);
        var text = new StringBuilder();
        foreach (var (index, manifest) in manifests.Index())
        {
            text.AppendLine($"import type {{ I{manifest.Kind} as T{index} }} from '{Module(manifest.Body.Text("apiVersion")!)}';");
            text.AppendLine($"export const m{index}: T{index} = {manifest.Body.ToJsonString()};");
        }

        File.WriteAllText(Path.Combine(_folder.FullName, "manifests.mts"), text.ToString());
        var modules = Path.Combine(_folder.FullName, "node_modules");
        if (!Directory.Exists(modules)) Directory.CreateSymbolicLink(modules, Path.Combine(Schemas, "node_modules"));
        return Run("node", "node_modules/typescript/bin/tsc", "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022",
            "--module", "nodenext", "--moduleResolution", "nodenext", "manifests.mts");
    }

    private static string Module(string apiVersion) => apiVersion.Split('/')[0] switch
    {
        "monitoring.coreos.com" => $"@kubernetes-models/prometheus-operator/{apiVersion}",
        "keda.sh" => $"@kubernetes-models/keda/{apiVersion}",
        _ => $"kubernetes-models/{apiVersion}",
    };

    /// <returns>What it says; nothing when all is well.</returns>
    private string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder.FullName, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : $"{output}code {process.ExitCode}";
    }
}
