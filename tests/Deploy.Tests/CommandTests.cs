using System.Text.RegularExpressions;
using OrleansDiffusion.Deploy.Tests.Reading;

namespace OrleansDiffusion.Deploy.Tests;

/// <summary>What containers are told is what od understands, and where it then listens.</summary>
public sealed partial class CommandTests
{
    [Theory]
    [MemberData(nameof(Kubernetes.Overlays), MemberType = typeof(Kubernetes))]
    public void Kubernetes_gives_arguments_that_od_takes_and_names_the_ports_that_follow_from_them(string overlay)
    {
        var containers = Kubernetes.OurContainers(overlay).ToList();

        Assert.Equal(
            ["DaemonSet/od-prepull", "Deployment/od-api", "Job/od-migrate", "StatefulSet/od-silo"],
            containers.Select(container => container.Where).Order());
        Assert.All(containers, container => Assert.Equal(Od.Ports(container.Where, container.Arguments), container.Ports));
    }

    [Theory]
    [MemberData(nameof(Compose.Variants), MemberType = typeof(Compose))]
    public void Compose_gives_arguments_that_od_takes_and_publishes_the_api_s_port_on_loopback_only(bool withCuda)
    {
        var services = Compose.Services(withCuda);
        var port = Od.Ports("api", services.Single(service => service.Name == "api").Arguments)["http"];
        var published = services.SelectMany(service => service.Body.Texts("ports"));

        Assert.All(services.Where(service => service.IsOurs), service => Od.Parse(service.Name, service.Arguments));
        Assert.Equal([$"127.0.0.1:8080:{port}"], published);
    }

    [Theory]
    [MemberData(nameof(Compose.Variants), MemberType = typeof(Compose))]
    public void A_silo_of_compose_advertises_its_own_address(bool withCuda)
    {
        foreach (var silo in Compose.Services(withCuda).Where(service => service.Name.StartsWith("silo-", StringComparison.Ordinal)))
        {
            var parse = Od.Parse(silo.Name, silo.Arguments);
            Assert.Equal(silo.Body.Text("networks/cluster/ipv4_address"), parse.GetValue<System.Net.IPAddress>("--advertise")!.ToString());
            Assert.Equal(silo.Name, parse.GetValue<string>("--name"));
        }
    }

    [Theory]
    [InlineData("silo", "cpu")]
    [InlineData("silo-cuda", "cuda")]
    public void An_image_of_a_silo_starts_one_on_its_kind_of_device(string target, string device)
    {
        var dockerfile = new Dockerfile();

        Assert.Equal([device], Od.Parse(target, dockerfile.Arguments(target)).GetValue<string[]>("--device")!);
        Assert.Equal(Od.Ports(target, dockerfile.Arguments(target)).Values.Order(), Exposed(dockerfile, target));
    }

    [Fact]
    public void The_api_s_image_starts_one()
    {
        var dockerfile = new Dockerfile();

        Assert.Equal(Od.Ports("api", dockerfile.Arguments("api")).Values, Exposed(dockerfile, "api"));
    }

    [Fact]
    public void The_cuda_overlay_asks_for_as_many_gpus_as_it_names_devices_and_the_cpu_overlay_for_as_many_cores_as_threads()
    {
        var cuda = Kubernetes.Find(Kubernetes.Cuda, "StatefulSet", "od-silo").Containers.Single();
        var cpu = Kubernetes.Find(Kubernetes.Cpu, "StatefulSet", "od-silo").Containers.Single();
        var devices = Od.Parse("cuda", cuda.Arguments).GetValue<string[]>("--device")!;

        Assert.All(devices, device => Assert.StartsWith("cuda", device));
        Assert.Equal($"{devices.Length}", cuda.Body.Map("resources/limits")["nvidia.com/gpu"]);
        Assert.Equal($"{Od.Parse("cpu", cpu.Arguments).GetValue<int?>("--threads")}", cpu.Body.Map("resources/requests")["cpu"]);
    }

    [Theory]
    [InlineData("deploy/README.md")]
    [InlineData("deploy/compose.yaml")]
    [InlineData("docs/OPERATIONS.md")]
    public void Commands_that_a_text_tells_to_type_are_taken(string file)
    {
        var commands = Command().Matches(Checkout.Text(file)).Select(match => match.Groups[1].Value.Trim()).ToList();

        Assert.NotEmpty(commands);
        Assert.All(commands, command => Od.Parse(file, command.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    private static IEnumerable<int> Exposed(Dockerfile dockerfile, string target) =>
        dockerfile.Lines(target, "EXPOSE").SelectMany(line => line.Split(' ')).Select(int.Parse).Order();

    [GeneratedRegex(@"(?:run --rm api|od\.dll|`od)((?: (?:silo|api|db|keys|migrate|add|--[a-z-]+|(?<=--tenant )\w+))+)")]
    private static partial Regex Command();
}
