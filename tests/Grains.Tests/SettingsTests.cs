using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace OrleansDiffusion.Grains.Tests;

/// <summary>Every setting is documented with its default, and what is documented exists.</summary>
public sealed class SettingsTests
{
    private static readonly (string Section, object Options)[] Sections =
    [
        (JobOptions.Section, new JobOptions()),
        (PoolOptions.Section, new PoolOptions()),
        (ReplicaOptions.Section, new ReplicaOptions()),
        (LivenessOptions.Section, new LivenessOptions()),
        (RetentionOptions.Section, new RetentionOptions()),
        (ScalingOptions.Section, new ScalingOptions()),
        (TenantOptions.Section, new TenantOptions()),
        (WeightsOptions.Section, new WeightsOptions()),
        (OriginsOptions.Section, new OriginsOptions()),
    ];

    [Fact]
    public void The_document_has_every_setting_and_no_other()
    {
        var documented = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "SETTINGS.md"))
            .Where(line => line.StartsWith("| `Diffusion:", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => $"{cells[1].Trim('`')} = {cells[2]}");

        Assert.Equal(Sections.SelectMany(section => Settings(section.Section, section.Options)).Order(), documented.Order());
    }

    [Fact]
    public void A_setting_is_read_by_its_documented_name()
    {
        var options = Configured<ReplicaOptions>("Diffusion:Replicas:StepSlice", "00:00:00.050");
        Assert.Equal(TimeSpan.FromMilliseconds(50), options.StepSlice);
        Assert.Equal(7, Configured<JobOptions>("Diffusion:Jobs:Limits:StepsMax", "7").Limits.StepsMax);
        Assert.Equal(TimeSpan.FromDays(30), Configured<RetentionOptions>("Diffusion:Retention:KeepJobs", "30.00:00:00").KeepJobs);
        Assert.Equal(2, Configured<TenantOptions>("Diffusion:Tenants:ByTenant:shop:Weight", "2").Of("shop").Weight);
    }

    [Theory]
    [InlineData("Diffusion:Replicas:StepSlice", "00:01:00")]
    [InlineData("Diffusion:Replicas:CheckpointStepCount", "0")]
    [InlineData("Diffusion:Jobs:Limits:StepsMax", "0")]
    [InlineData("Diffusion:Jobs:Retries:FailedAttemptsMax", "0")]
    [InlineData("Diffusion:Pools:LoadRetries:FirstDelay", "-00:00:01")]
    [InlineData("Diffusion:Retention:KeepJobs", "00:00:59")]
    [InlineData("Diffusion:Retention:BatchCount", "0")]
    [InlineData("Diffusion:Scaling:MinSilos", "1001")]
    [InlineData("Diffusion:Scaling:MaxSilos", "0")]
    [InlineData("Diffusion:Tenants:Default:Weight", "0")]
    [InlineData("Diffusion:Origins:FilesAtOnce", "0")]
    [InlineData("Diffusion:Origins:S3:Endpoint", "minio")]
    public void A_value_out_of_range_is_refused_by_name(string name, string value)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => name.Split(':')[1] switch
        {
            "Replicas" => (object)Configured<ReplicaOptions>(name, value),
            "Jobs" => Configured<JobOptions>(name, value),
            "Pools" => Configured<PoolOptions>(name, value),
            "Scaling" => Configured<ScalingOptions>(name, value),
            "Origins" => Configured<OriginsOptions>(name, value),
            "Retention" => Configured<RetentionOptions>(name, value),
            _ => Configured<TenantOptions>(name, value),
        });
        Assert.Contains(name.Split(':')[^1], refused.Message, StringComparison.Ordinal);
    }

    private static TOptions Configured<TOptions>(string name, string value)
        where TOptions : class
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddDiffusionOptions();
        return services.BuildServiceProvider().GetRequiredService<IOptions<TOptions>>().Value;
    }

    private static IEnumerable<string> Settings(string path, object options) =>
        options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is not null && property.Name != nameof(TenantOptions.ByTenant))
            .SelectMany(property => Setting($"{path}:{property.Name}", property.GetValue(options)));

    private static IEnumerable<string> Setting(string path, object? value) =>
        value is null or IFormattable or bool
            ? [$"{path} = {Convert.ToString(value, CultureInfo.InvariantCulture)}"]
            : Settings(path, value);
}
