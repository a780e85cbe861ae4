using System.Text.Json.Nodes;
using System.Xml.Linq;
using OrleansDiffusion.Deploy.Tests.Reading;

namespace OrleansDiffusion.Deploy.Tests;

/// <summary>Every file can be read, names what is there, and is told of.</summary>
public sealed class FileTests
{
    [Fact]
    public void Every_file_that_says_it_is_yaml_or_json_is()
    {
        var files = Checkout.DeployFiles.ToList();
        var documents = files.Where(file => file.EndsWith(".yaml", StringComparison.Ordinal)).SelectMany(Yaml.Documents).Count();
        var json = files.Where(file => file.EndsWith(".json", StringComparison.Ordinal)).ToList();

        Assert.True(documents > 25, $"{documents}");
        Assert.All(json, file => Assert.NotNull(JsonNode.Parse(Checkout.Text(file))));
        Assert.Single(json);
    }

    [Fact]
    public void Every_kustomization_names_files_that_are_there_and_every_file_there_is_named()
    {
        var named = Kustomization.Folders.SelectMany(folder => new Kustomization(folder).Named).ToHashSet();
        var expected = Checkout.DeployFiles
            .Where(file => file.StartsWith("deploy/kubernetes/", StringComparison.Ordinal))
            .Where(file => !file.EndsWith("kustomization.yaml", StringComparison.Ordinal))
            .Where(file => !file.EndsWith(".example.yaml", StringComparison.Ordinal));

        Assert.Equal(["deploy/kubernetes/base"], named.Where(path => Directory.Exists(Path.Combine(Checkout.Root, path))));
        Assert.Equal(expected, named.Where(path => path.Contains('.', StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void The_readme_tells_of_every_file()
    {
        var rows = Checkout.Text("deploy/README.md").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        var told = rows.SelectMany(row => row.Split('|')[1].Split('`').Where((_, index) => index % 2 == 1)).Select(path => $"deploy/{path}").ToList();
        var files = Checkout.DeployFiles.Where(file => file != "deploy/README.md");

        Assert.All(told, path => Assert.True(Path.Exists(Path.Combine(Checkout.Root, path)), path));
        Assert.All(files, file => Assert.Contains(told, path => file == path || file.StartsWith($"{path}/", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_image_has_a_version_and_ours_has_the_program_s()
    {
        var version = XDocument.Parse(Checkout.Text("Directory.Build.props")).Descendants("Version").Single().Value;
        string[] images =
        [
            .. new Dockerfile().BaseImages,
            .. Compose.AllServices.Select(service => service.Image),
            .. ((string[])[Kubernetes.Base, Kubernetes.Cpu, Kubernetes.Cuda]).SelectMany(Kubernetes.Containers).Select(container => container.Image),
        ];

        Assert.All(images, image => Assert.Matches("^[^:]+:[0-9][^:]*$", image));
        Assert.All(
            images.Where(image => image.Contains("orleans-diffusion/", StringComparison.Ordinal)),
            image => Assert.EndsWith($":{version}", image));
    }

    [Fact]
    public void Every_image_that_is_run_is_one_that_is_built()
    {
        var names = Compose.AllServices.Where(service => service.IsOurs).Select(service => service.Image)
            .Concat(((string[])[Kubernetes.Cpu, Kubernetes.Cuda]).SelectMany(Kubernetes.OurContainers).Select(container => container.Image))
            .Select(image => image.Split(':')[0].Split('/')[^1]);

        Assert.Equal(Dockerfile.Targets.Order(), names.Distinct().Order());
    }
}
