using System.Net;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using OrleansDiffusion.Api.Tests.Hosting;

namespace OrleansDiffusion.Api.Tests.Pages;

/// <summary>The description at /openapi/v1.json, read by the reference reader.</summary>
public sealed class OpenApiTests
{
    [Fact]
    public async Task The_description_is_valid_and_names_every_route()
    {
        await using var api = await ApiHost.StartAsync();
        var routes = api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                .Select(method => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}"))
            .Where(route => !route.StartsWith("HEAD ", StringComparison.Ordinal) && !route.Contains("/openapi/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

        var document = await ReadAsync(api);

        var described = document.Paths.SelectMany(path => path.Value.Operations!.Keys.Select(method => $"{method} {path.Key}"));
        Assert.Equal(routes, described.Order(StringComparer.Ordinal));
        Assert.Equal(22, document.Paths.Sum(path => path.Value.Operations!.Count));
    }

    [Fact]
    public async Task Every_operation_has_a_name_a_summary_and_answers_with_schemas()
    {
        await using var api = await ApiHost.StartAsync();

        var document = await ReadAsync(api);

        var operations = document.Paths.SelectMany(path => path.Value.Operations!.Values).ToList();
        Assert.Equal(operations.Count, operations.Select(operation => operation.OperationId).Distinct().Count());
        foreach (var operation in operations)
        {
            Assert.False(string.IsNullOrEmpty(operation.OperationId));
            Assert.False(string.IsNullOrEmpty(operation.Summary), operation.OperationId);
            Assert.Contains(operation.Responses!, response => response.Key.StartsWith('2'));
            Assert.All(operation.Responses!.Values.SelectMany(response => response.Content ?? new Dictionary<string, OpenApiMediaType>()), content =>
                Assert.True(content.Value.Schema is not null, $"{operation.OperationId} {content.Key}"));
        }
    }

    [Fact]
    public async Task Bodies_are_described_field_by_field()
    {
        await using var api = await ApiHost.StartAsync();

        var schemas = (await ReadAsync(api)).Components!.Schemas!;

        Assert.Equal(
            [
                "model", "prompt", "negative_prompt", "width", "height", "size", "steps", "guidance", "seed", "count", "sampler", "format",
                "quality", "previews", "priority", "deadline_seconds",
            ],
            schemas["JobRequestBody"].Properties!.Keys);
        Assert.Equal(["queued", "running", "succeeded", "failed", "cancelled"], schemas["JobStatus"].Enum!.Select(value => value.GetValue<string>()));
        Assert.Equal(JsonSchemaType.Integer, schemas["JobBody"].Properties!["failed_attempts"].Type);
        Assert.Equal("Where the time went, in the order in which it was spent.", schemas["JobBody"].Properties!["phases"].Description);
        string[] policy =
        [
            "min", "max", "step", "standby", "standby_lapses", "weights_standby", "keep_alive_seconds", "keep_alive_quantile",
            "keep_alive_max_seconds", "wait_worth", "schedules", "queue_count_max", "batch_max", "needs",
        ];
        Assert.Equal(policy, schemas["SetPolicyBody"].Properties!.Keys);
        Assert.Equal(policy, schemas["PoolPolicyBody"].Properties!.Keys);
        Assert.Equal(["days", "from", "to", "zone", "min", "standby"], schemas["PoolScheduleBody"].Properties!.Keys);
        Assert.Contains("partial_images", schemas["ImageRequestBody"].Properties!.Keys);
    }

    [Fact]
    public async Task Parameters_and_keys_are_described()
    {
        await using var api = await ApiHost.StartAsync();

        var document = await ReadAsync(api);

        var list = document.Paths["/v1/jobs"].Operations![HttpMethod.Get];
        Assert.Equal(["status", "model", "cursor", "limit"], list.Parameters!.Select(parameter => parameter.Name));
        var submit = document.Paths["/v1/jobs"].Operations![HttpMethod.Post];
        Assert.Equal([("Idempotency-Key", ParameterLocation.Header)], submit.Parameters!.Select(parameter => (parameter.Name!, parameter.In!.Value)));
        Assert.Equal("http", document.Components!.SecuritySchemes!["bearer"].Type!.Value.ToString().ToLowerInvariant());
        Assert.Single(submit.Security!);
        Assert.Null(document.Paths["/healthz"].Operations![HttpMethod.Get].Security);
    }

    private static async Task<OpenApiDocument> ReadAsync(ApiHost api)
    {
        var answer = await api.GetAsync("/openapi/v1.json");
        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.Status, answer.ContentType));
        var read = OpenApiDocument.Parse(Encoding.UTF8.GetString(answer.Bytes), "json");
        Assert.Empty(read.Diagnostic!.Errors);
        return read.Document!;
    }
}
