namespace OrleansDiffusion.Deploy.Tests.Reading;

/// <summary>What kubectl would apply for each kind of machine, and for monitoring.</summary>
internal static class Kubernetes
{
    public const string Base = "deploy/kubernetes/base";
    public const string Cpu = "deploy/kubernetes/overlays/cpu";
    public const string Cuda = "deploy/kubernetes/overlays/cuda";
    public const string Autoscaling = "deploy/kubernetes/autoscaling";
    public const string Monitoring = "deploy/kubernetes/monitoring";

    /// <summary>Those that are applied.</summary>
    public static TheoryData<string> Overlays => [Cpu, Cuda];

    public static IReadOnlyList<Manifest> Render(string folder) => new Kustomization(folder).Render();

    public static IEnumerable<Container> Containers(string folder) => Render(folder).SelectMany(manifest => manifest.Containers);

    public static IEnumerable<Container> OurContainers(string folder) => Containers(folder).Where(container => container.IsOurs);

    public static Manifest Find(string folder, string kind, string name) =>
        Assert.Single(Render(folder), manifest => manifest.Kind == kind && manifest.Name == name);
}
