using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OrleansDiffusion.Api;
using OrleansDiffusion.Deploy.Tests.Reading;
using OrleansDiffusion.Silo;

namespace OrleansDiffusion.Deploy.Tests;

/// <summary>Whoever asks whether a process lives asks at a path that it serves, on a port where it listens.</summary>
public sealed class ProbeTests
{
    private static readonly Dictionary<string, HashSet<string>> Paths = new()
    {
        ["silo"] = Served(app => app.MapDiffusionProbes()),
        ["api"] = Served(app => app.MapDiffusionApi()),
    };

    [Theory]
    [MemberData(nameof(Kubernetes.Overlays), MemberType = typeof(Kubernetes))]
    public void Probes_of_kubernetes_ask_where_the_process_answers(string overlay)
    {
        foreach (var name in (string[])["silo", "api"])
        {
            var container = Kubernetes.OurContainers(overlay).Single(container => container.Body.Text("name") == name);
            var parse = Od.Parse(name, container.Arguments);
            Assert.Equal(3, container.Probes.Count());
            Assert.False(IPAddress.IsLoopback(IPAddress.Parse(parse.GetValue<string>("--host")!)), name);
            Assert.All(container.Probes, probe =>
            {
                Assert.Contains(probe.Text("httpGet/path")!, Paths[name]);
                Assert.Equal(parse.GetValue<int>("--port"), container.Ports[probe.Text("httpGet/port")!]);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Compose.Variants), MemberType = typeof(Compose))]
    public void Health_checks_of_compose_ask_where_the_process_answers(bool withCuda)
    {
        var services = Compose.Services(withCuda).Where(service => service.IsOurs && service.Name != "migrate").ToList();

        Assert.Equal(["api", "silo-1", "silo-2"], services.Select(service => service.Name).Order());
        Assert.All(services, service =>
        {
            var test = service.Body.Texts("healthcheck/test");
            Assert.Equal(["CMD", "answers", $"{Od.Parse(service.Name, service.Arguments).GetValue<int>("--port")}"], test[..^1]);
            Assert.Contains(test[^1], Paths[service.Arguments[0]]);
        });
    }

    [Fact]
    public void Prometheus_scrapes_a_path_and_a_port_of_the_silos()
    {
        var monitor = Kubernetes.Find(Kubernetes.Monitoring, "PodMonitor", "od-silo");
        var silo = Kubernetes.Find(Kubernetes.Cuda, "StatefulSet", "od-silo");
        var endpoint = Assert.Single(monitor.Body.Items("spec/podMetricsEndpoints"));

        Assert.Contains(endpoint.Text("path")!, Paths["silo"]);
        Assert.Contains(endpoint.Text("port")!, silo.Containers.Single().Ports.Keys);
        Assert.Equal(silo.PodLabels, monitor.Body.Map("spec/selector/matchLabels"));
    }

    /// <summary>By a host that is never started; it only has to know whom its endpoints ask.</summary>
    private static HashSet<string> Served(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddDiffusionNode(new NodeOptions { DataFolder = "never-opened" });
        builder.AddDiffusionApi();
        var app = builder.Build();
        map(app);
        var endpoints = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();
        return [.. endpoints.Select(endpoint => endpoint.RoutePattern.RawText!)];
    }
}
