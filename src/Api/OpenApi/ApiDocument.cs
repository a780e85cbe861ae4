using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using OrleansDiffusion.Api.Access;

namespace OrleansDiffusion.Api.OpenApi;

/// <summary>The description at /openapi/v1.json.</summary>
internal static class ApiDocument
{
    public const string Name = "v1";

    private const string BearerScheme = "bearer";

    public static IServiceCollection AddApiDocument(this IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.AddDocumentTransformer(Introduce);
        options.AddOperationTransformer(AddParameters);
        options.AddOperationTransformer(AddSecurity);
    });

    private static Task Introduce(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new OpenApiInfo
        {
            Title = "OrleansDiffusion",
            Version = Name,
            Description = "Pictures from prompts: jobs with live progress, and OpenAI's images endpoint. Times are UTC, names are snake_case, "
                + "refusals are RFC 9457 problem documents (on /v1/images OpenAI's error object).",
        };
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[BearerScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API key (od-...). A server that asks for none ignores it.",
        };
        return Task.CompletedTask;
    }

    private static Task AddParameters(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        foreach (var parameter in context.Description.ActionDescriptor.EndpointMetadata.OfType<EndpointDescriptions.ParameterDescription>())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = parameter.IsHeader ? ParameterLocation.Header : ParameterLocation.Query,
                Description = parameter.Description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        return Task.CompletedTask;
    }

    private static Task AddSecurity(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var rule = context.Description.ActionDescriptor.EndpointMetadata.OfType<AccessRule>().LastOrDefault();
        if (rule is null or { MayCall: Role.Anybody }) return Task.CompletedTask;
        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerScheme, context.Document)] = [] }];
        return Task.CompletedTask;
    }
}
