namespace OrleansDiffusion.Client.Http;

/// <summary>Paths of the native REST API, which both ends must agree on.</summary>
public static class ApiPaths
{
    public const string Jobs = "/v1/jobs";

    public const string Feed = "/v1/feed";

    public const string Artifacts = "/v1/artifacts";

    public const string Models = "/v1/models";

    public const string Additions = "/v1/additions";

    public const string Cluster = "/v1/cluster";
}
