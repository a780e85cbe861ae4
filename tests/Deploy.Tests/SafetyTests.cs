using System.Text.Json.Nodes;
using OrleansDiffusion.Deploy.Tests.Reading;

namespace OrleansDiffusion.Deploy.Tests;

/// <summary>Nothing runs as root, writes where it need not, or may become more than it is.</summary>
public sealed class SafetyTests
{
    [Theory]
    [MemberData(nameof(Kubernetes.Overlays), MemberType = typeof(Kubernetes))]
    public void Pods_run_as_nobody_in_particular(string overlay)
    {
        var pods = Kubernetes.Render(overlay).Where(manifest => manifest.Pod is not null).ToList();

        Assert.Equal(4, pods.Count);
        Assert.All(pods, manifest =>
        {
            Assert.Equal("true", manifest.Pod.Text("securityContext/runAsNonRoot"));
            Assert.True((int)manifest.Pod.At("securityContext/runAsUser")! > 0);
            Assert.Equal("RuntimeDefault", manifest.Pod.Text("securityContext/seccompProfile/type"));
            Assert.Equal("false", manifest.Pod.Text("automountServiceAccountToken"));
            Assert.DoesNotContain(((JsonObject)manifest.Pod!).Select(field => field.Key), key => key.StartsWith("host", StringComparison.Ordinal));
        });
    }

    [Theory]
    [MemberData(nameof(Kubernetes.Overlays), MemberType = typeof(Kubernetes))]
    public void Containers_may_not_become_more_than_they_are_and_have_a_limit_of_memory(string overlay) =>
        Assert.All(Kubernetes.Containers(overlay), container =>
        {
            Assert.Equal("false", container.Body.Text("securityContext/allowPrivilegeEscalation"));
            Assert.Equal("true", container.Body.Text("securityContext/readOnlyRootFilesystem"));
            Assert.Equal(["ALL"], container.Body.Texts("securityContext/capabilities/drop"));
            Assert.Null(container.Body.At("securityContext/privileged"));
            Assert.NotNull(container.Body.At("resources/limits/memory"));
        });

    [Theory]
    [MemberData(nameof(Compose.Variants), MemberType = typeof(Compose))]
    public void Services_of_compose_are_no_root_either(bool withCuda) =>
        Assert.All(Compose.Services(withCuda), service =>
        {
            Assert.Matches("^[1-9][0-9]*:[1-9][0-9]*$", service.Body.Text("user"));
            Assert.Equal(["ALL"], service.Body.Texts("cap_drop"));
            Assert.Equal(["no-new-privileges:true"], service.Body.Texts("security_opt"));
            Assert.True(!service.IsOurs || service.Body.Text("read_only") == "true", service.Name);
        });

    [Fact]
    public void Images_have_the_user_that_the_manifests_name()
    {
        var dockerfile = new Dockerfile();
        var users = Kubernetes.Render(Kubernetes.Cuda).Where(manifest => manifest.Pod is not null)
            .Select(manifest => manifest.Pod.Text("securityContext/runAsUser")!)
            .Concat(Compose.Services(withCuda: false).Where(service => service.IsOurs).Select(service => service.Body.Text("user")!.Split(':')[0]));

        Assert.All(Dockerfile.Targets, target => Assert.Equal(users.Distinct(), [dockerfile.Lines(target, "USER").Last()]));
    }

    [Fact]
    public void Images_are_built_from_the_sources_alone()
    {
        var rules = Checkout.Text(".dockerignore").Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToList();
        var letIn = rules.Where(rule => rule[0] == '!').Select(rule => rule[1..]).ToList();
        var sources = new Dockerfile().Sources.ToList();

        Assert.Equal("*", rules[0]);
        Assert.Equal(letIn.Order(StringComparer.Ordinal), sources.Distinct().Order(StringComparer.Ordinal));
        Assert.All(sources, source => Assert.True(Path.Exists(Path.Combine(Checkout.Root, source)), source));
        Assert.Superset(new HashSet<string> { "eng/selected.props", "**/bin", "**/obj", "**/node_modules" }, rules.ToHashSet());
        Assert.DoesNotContain(letIn, rule => rule.StartsWith("models", StringComparison.Ordinal));
    }
}
