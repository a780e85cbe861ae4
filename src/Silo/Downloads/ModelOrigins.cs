using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.Options;
using OrleansDiffusion.Grains;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Weights;

namespace OrleansDiffusion.Silo.Downloads;

/// <summary>Opens the origin that an address means.</summary>
internal sealed class ModelOrigins(IOptions<OriginsOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>Of a service with an endpoint of its own, which seldom cares: requests must be signed for some region.</summary>
    private const string UsualRegion = "us-east-1";

    private const string Advice = "Say Diffusion:Origins:S3:Endpoint or Diffusion:Origins:S3:Region (docs/SETTINGS.md), or AWS_REGION.";

    private readonly HttpClient _http = HttpOrigin.NewClient();

    /// <returns>Whoever opened it disposes it.</returns>
    /// <exception cref="WeightsException">The settings do not say how to read it.</exception>
    public OpenOrigin Open(string address)
    {
        if (ModelAddress.ProblemOf(address) is { } problem) throw new WeightsException(WeightsError.OriginFailed, $"The address {problem}");
        var (place, patience) = (ModelAddress.Read(address), Patience);
        if (place.Scheme != "s3")
        {
            var web = new HttpOrigin(_http, place, patience, time, Authorization);
            return new OpenOrigin(web, web);
        }

        var client = S3(place);
        return new OpenOrigin(new S3Origin(client, place.Host, Uri.UnescapeDataString(place.AbsolutePath.TrimStart('/')), patience, time), client);
    }

    public void Dispose() => _http.Dispose();

    private OriginOptions Patience => new() { RetryCountMax = options.Value.RetryCountMax, StallTimeout = options.Value.StallTimeout };

    /// <summary>For the one host that the settings name.</summary>
    private string? Authorization(Uri place) =>
        string.Equals(place.Authority, options.Value.Web.Host, StringComparison.OrdinalIgnoreCase) ? options.Value.Web.Authorization : null;

    /// <summary>What the settings leave open, the SDK finds by itself as it always does.</summary>
    private AmazonS3Client S3(Uri place)
    {
        var s3 = options.Value.S3;
        var config = new AmazonS3Config { MaxErrorRetry = 0 }; // Reads are repeated here, where they go on.
        if (s3.Endpoint is { } endpoint)
            (config.ServiceURL, config.ForcePathStyle, config.AuthenticationRegion) = (endpoint, true, s3.Region ?? UsualRegion);
        else if (s3.Region is { } region) config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(region);
        try
        {
            return s3.Anonymous ? new AmazonS3Client(new AnonymousAWSCredentials(), config) : new AmazonS3Client(config);
        }
        catch (AmazonClientException unsaid)
        {
            throw new WeightsException(WeightsError.OriginFailed, $"{place} cannot be read: {unsaid.Message}. {Advice}", unsaid);
        }
    }
}

/// <param name="Origin">To read from.</param>
/// <param name="Connection">What it holds.</param>
internal sealed record OpenOrigin(IModelOrigin Origin, IDisposable Connection) : IDisposable
{
    public void Dispose() => Connection.Dispose();
}
