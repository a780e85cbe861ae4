using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace OrleansDiffusion.Engine.Tests;

/// <summary>A silo inside a .NET host, as the product runs it.</summary>
public sealed class HostingTests
{
    [Fact]
    public async Task A_host_with_a_silo_gives_grains_to_its_own_services()
    {
        using var host = await Start(21111, 31000);
        Assert.Equal("stringkey/k", await host.Services.GetRequiredService<IGrainFactory>().GetGrain<IStringKeyGrain>("k").Identity().Soon());
        Assert.Equal("stringkey/k", await host.Services.GetRequiredService<IClusterClient>().GetGrain<IStringKeyGrain>("k").Identity().Soon());
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Startup_tasks_call_grains_before_the_host_has_started()
    {
        var identity = "";
        using var host = await Start(21112, 31001, silo => silo.AddStartupTask(async (services, _) =>
            identity = await services.GetRequiredService<IGrainFactory>().GetGrain<IStringKeyGrain>("startup").Identity()));
        Assert.Equal("stringkey/startup", identity);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Lifecycle_participants_start_and_stop_in_the_order_of_their_stages()
    {
        var log = new List<string>();
        using var host = await Start(21113, 31002, silo =>
        {
            silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new Participant(log, "late", ServiceLifecycleStage.Active));
            silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new Participant(log, "early", ServiceLifecycleStage.ApplicationServices));
        });
        await host.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["early starts", "late starts", "late stops", "early stops"], log);
    }

    [Fact]
    public async Task A_client_host_reaches_the_silo_through_its_gateway()
    {
        using var silo = await Start(21114, 31003);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleansClient(client => client.UseLocalhostClustering(gatewayPort: 31003));
        using var client = builder.Build();
        await client.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal("stringkey/k", await client.Services.GetRequiredService<IClusterClient>().GetGrain<IStringKeyGrain>("k").Identity().Soon());
        await client.StopAsync(TestContext.Current.CancellationToken);
        await silo.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_client_host_that_comes_first_asks_whether_to_try_again_until_a_silo_is_there()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayTry = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleansClient(client =>
        {
            client.UseLocalhostClustering(gatewayPort: 31004);
            client.UseConnectionRetryFilter(async (_, _) =>
            {
                asked.TrySetResult();
                await mayTry.Task;
                return true;
            });
        });
        using var client = builder.Build();
        var starting = client.StartAsync(TestContext.Current.CancellationToken);
        await asked.Task.Soon();
        using var silo = await Start(21115, 31004);
        mayTry.SetResult();
        await starting.Soon();

        Assert.Equal("stringkey/k", await client.Services.GetRequiredService<IClusterClient>().GetGrain<IStringKeyGrain>("k").Identity().Soon());
        await client.StopAsync(TestContext.Current.CancellationToken);
        await silo.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_client_host_that_is_not_to_try_again_does_not_start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleansClient(client =>
        {
            client.UseLocalhostClustering(gatewayPort: 31005);
            client.UseConnectionRetryFilter((_, _) => Task.FromResult(false));
        });
        using var client = builder.Build();
        await Assert.ThrowsAnyAsync<Exception>(() => client.StartAsync(TestContext.Current.CancellationToken).Soon());
    }

    [Fact]
    public async Task A_test_cluster_is_configured_by_classes()
    {
        var builder = new TestClusterBuilder(2);
        builder.AddSiloBuilderConfigurator<Greeting>();
        await using var cluster = builder.Build();
        await cluster.DeployAsync();
        Assert.Equal(2, cluster.Silos.Count);
        Assert.Equal(cluster.Primary!.SiloAddress, cluster.Silos[0].SiloAddress);
        Assert.Equal("hello", await cluster.GrainFactory.GetGrain<IGreetingGrain>("k").Greet().Soon());
        await cluster.StopSiloAsync(cluster.SecondarySilos[0]);
        Assert.Single(cluster.Silos);
        Assert.Equal("hello", await cluster.Client.GetGrain<IGreetingGrain>("l").Greet().Soon());
    }

    private static async Task<IHost> Start(int siloPort, int gatewayPort, Action<ISiloBuilder>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort, gatewayPort);
            configure?.Invoke(silo);
        });
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    private sealed class Greeting : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) => siloBuilder.Services.AddKeyedSingleton("greeting", "hello");
    }

    private sealed class Participant(List<string> log, string name, int stage) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(name, stage, _ => Note("starts"), _ => Note("stops"));

        private Task Note(string what)
        {
            log.Add($"{name} {what}");
            return Task.CompletedTask;
        }
    }
}
