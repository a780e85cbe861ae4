using System.Globalization;
using Microsoft.Extensions.Hosting;
using OrleansDiffusion.Cli.Output;
using OrleansDiffusion.Deploy.Tests.Reading;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Silo;

namespace OrleansDiffusion.Deploy.Tests;

/// <summary>Each who stops something waits longer than what he stops takes.</summary>
public sealed class StopTests
{
    private static readonly TimeSpan Drain = new LivenessOptions().DrainTimeout;
    private static readonly TimeSpan Host = new HostOptions().ShutdownTimeout;

    [Fact]
    public void The_host_outlasts_the_drain_and_the_program_the_host()
    {
        Assert.True(Drain < Host, $"{Drain} {Host}");
        Assert.True(Host < Guard.StopPatience, $"{Host} {Guard.StopPatience}");
        Assert.Contains("ProcessTerminationTimeout = Guard.StopPatience", Checkout.Text("src/Cli/Program.cs"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kubernetes.Overlays), MemberType = typeof(Kubernetes))]
    public void Kubernetes_waits_longer_than_the_program_takes(string overlay)
    {
        foreach (var manifest in Kubernetes.Render(overlay).Where(manifest => manifest.Kind is "StatefulSet" or "Deployment"))
        {
            var hook = manifest.Containers.Single().Body.Texts("lifecycle/preStop/exec/command");
            var inHook = hook is ["sleep", var seconds] ? int.Parse(seconds, CultureInfo.InvariantCulture) : 0;
            var grace = TimeSpan.FromSeconds((int)manifest.Pod.At("terminationGracePeriodSeconds")! - inHook);
            Assert.True(grace > Guard.StopPatience, $"{manifest.Name}: {grace}");
        }
    }

    [Theory]
    [MemberData(nameof(Compose.Variants), MemberType = typeof(Compose))]
    public void Compose_waits_longer_than_the_program_takes(bool withCuda)
    {
        foreach (var service in Compose.Services(withCuda).Where(service => service.Name is "api" or "silo-1" or "silo-2"))
        {
            var grace = TimeSpan.FromSeconds(int.Parse(service.Body.Text("stop_grace_period")!.TrimEnd('s'), CultureInfo.InvariantCulture));
            Assert.True(grace > Guard.StopPatience, $"{service.Name}: {grace}");
        }
    }

    [Fact]
    public void The_time_outs_that_the_operator_reads_are_those_of_the_code()
    {
        var membership = new MembershipOptions { Database = "", ArtifactFolder = "" };
        var rows = Checkout.Text("docs/OPERATIONS.md").Split("## Time-outs")[1].Split("\n## ")[0].Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[2])
            .Skip(1);

        Assert.Equal(
            [
                Seconds(membership.ProbeTimeout), $"{membership.MissedProbesMax}", $"{membership.DeathVoteCount}",
                Seconds(new LivenessOptions().SiloTimeout), Seconds(new JobOptions().LeaseTimeout),
                Seconds(new ReplicaOptions().DeviceTimeout), Seconds(Drain), Seconds(Host), Seconds(Guard.StopPatience),
            ],
            rows);
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s");
}
