using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansDiffusion.Deploy.Tests.Reading;

namespace OrleansDiffusion.Deploy.Tests;

/// <summary>What is set is read by somebody, and no secret stands here.</summary>
public sealed partial class SettingTests
{
    /// <summary>Read by what our images stand on, not by us: see the comments where they are set.</summary>
    private static readonly string[] OfThePlatform = ["ASPNETCORE_HTTP_PORTS", "CUDA_CACHE_PATH", "DOTNET_RUNNING_IN_CONTAINER"];

    [Fact]
    public void Every_environment_variable_of_ours_is_read_by_the_code_or_stands_among_the_settings()
    {
        var dockerfile = new Dockerfile();
        string[] names =
        [
            .. Compose.AllServices.Where(service => service.IsOurs).SelectMany(service => service.Body.Map("environment").Keys),
            .. InBothOverlays.SelectMany(container => container.EnvironmentNames.Where(name => !IsForArguments(container, name))),
            .. Dockerfile.Targets.SelectMany(target => dockerfile.Variables(target)).Except(OfThePlatform),
        ];
        var settings = Checkout.Text("docs/SETTINGS.md");
        var sources = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src", "Cli"), "*.cs", SearchOption.AllDirectories);
        var read = Read().Matches(string.Concat(sources.Select(File.ReadAllText))).Select(match => match.Groups[1].Value).ToHashSet();

        Assert.Equal(["OD_ARTIFACTS", "OD_DB"], names.Distinct().Order().Where(name => name.StartsWith("OD_", StringComparison.Ordinal)));
        Assert.All(names, name => Assert.True(
            read.Contains(name) || settings.Contains($"`{name.Replace("__", ":", StringComparison.Ordinal)}`", StringComparison.Ordinal), name));
    }

    [Fact]
    public void Every_process_of_a_cluster_is_told_its_database_and_its_folder()
    {
        foreach (var container in InBothOverlays.Where(container => container.Arguments[0] is "silo" or "api"))
        {
            Assert.Contains("OD_DB", container.EnvironmentNames);
            Assert.Contains("OD_ARTIFACTS", container.EnvironmentNames);
            Assert.Contains(container.Body.Items("volumeMounts"), mount => mount.Text("mountPath") == "/artifacts" && mount.At("readOnly") is null);
        }
    }

    [Fact]
    public void Every_silo_keeps_weights_on_a_volume_of_its_own_within_its_budget_and_knows_the_secret()
    {
        foreach (var silo in InBothOverlays.Where(container => container.Arguments[0] == "silo"))
        {
            var cache = Od.Parse(silo.Where, silo.Arguments).GetValue<DirectoryInfo?>("--weights-cache")!;
            Assert.Contains(silo.Body.Items("volumeMounts"), mount => mount.Text("mountPath") == cache.Parent!.FullName && mount.At("readOnly") is null);
            Assert.Contains("Diffusion__Weights__Secret", silo.EnvironmentNames);
        }

        var set = Kubernetes.Find(Kubernetes.Cuda, "StatefulSet", "od-silo");
        var claim = Assert.Single(set.Body.Items("spec/volumeClaimTemplates"));
        var budgetBytes = Od.Parse("silo", set.Containers.Single().Arguments).GetValue<long>("--weights-budget");
        Assert.Equal("100Gi", claim.Text("spec/resources/requests/storage"));
        Assert.InRange(budgetBytes, 1, (100L << 30) - 1);
        var composed = Compose.AllServices.Where(service => service.Name.StartsWith("silo-", StringComparison.Ordinal)).ToList();
        Assert.All(composed, service => Assert.Contains($"{service.Name.Replace("silo", "weights", StringComparison.Ordinal)}:/weights", service.Body.Texts("volumes")));
        Assert.All(composed, service => Assert.Contains("Diffusion__Weights__Secret", service.Body.Map("environment").Keys));
    }

    [Fact]
    public void Secrets_are_examples_without_a_password_and_hold_what_is_asked_of_them()
    {
        var secret = Yaml.Document("deploy/kubernetes/base/secret.example.yaml");
        var asked = Kubernetes.OurContainers(Kubernetes.Cuda)
            .SelectMany(container => container.Body.Items("env"))
            .Select(variable => variable.At("valueFrom/secretKeyRef"))
            .OfType<JsonNode>()
            .ToList();
        var documents = Checkout.DeployFiles.Where(file => file.EndsWith(".yaml", StringComparison.Ordinal)).SelectMany(Yaml.Documents);
        var everything = string.Join('\n', Checkout.DeployFiles.Select(Checkout.Text));

        Assert.Equal(4, asked.Count);
        Assert.All(asked, reference => Assert.Equal(secret.Text("metadata/name"), reference.Text("name")));
        Assert.All(asked, reference => Assert.Contains(reference.Text("key")!, secret.Map("stringData").Keys));
        Assert.Single(documents, document => document.Text("kind") == "Secret");
        Assert.NotEmpty(Password().Matches(everything));
        Assert.All(
            Password().Matches(everything),
            match => Assert.Matches(@"^(CHANGE-ME|\$\{POSTGRES_PASSWORD:\?.*|\.\.\.)$", match.Groups[1].Value));
    }

    private static IEnumerable<Container> InBothOverlays =>
        ((string[])[Kubernetes.Cpu, Kubernetes.Cuda]).SelectMany(Kubernetes.OurContainers);

    private static bool IsForArguments(Container container, string name) => container.Body.Texts("args").Contains($"$({name})");

    [GeneratedRegex("\"(OD_[A-Z_]+)\"")]
    private static partial Regex Read();

    [GeneratedRegex("(?i:password)[=:] *([^;'\n ]+)")]
    private static partial Regex Password();
}
