using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace OrleansDiffusion.Grains;

/// <summary>Where and how models are fetched from that are added by an address. Credentials are the environment's, never an address's.</summary>
public sealed class OriginsOptions
{
    public const string Section = "Diffusion:Origins";

    /// <summary>How often a read that broke off is taken up again. More outlives longer trouble, and tells later. Default: 5.</summary>
    [Range(0, 100)]
    public int RetryCountMax { get; set; } = 5;

    /// <summary>A connection without a byte for so long has broken off. Default: 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Files of a model that are fetched at a time. More is faster where each is slow, and takes 16 MiB each. Default: 4.</summary>
    [Range(1, 64)]
    public int FilesAtOnce { get; set; } = 4;

    /// <summary>What a web server is told that asks for credentials.</summary>
    public WebOriginOptions Web { get; set; } = new();

    /// <summary>How addresses that begin with s3:// are read.</summary>
    [ValidateObjectMembers]
    public S3OriginOptions S3 { get; set; } = new();
}

/// <summary>One web server that asks for credentials. No other is told them, wherever it leads.</summary>
public sealed class WebOriginOptions
{
    /// <summary>Its host, with the port where it is not the usual one. Default: none.</summary>
    public string? Host { get; set => field = string.IsNullOrEmpty(value) ? null : value; }

    /// <summary>The Authorization header, such as "Bearer ..." or "Basic ...". Never on a command line. Default: none.</summary>
    public string? Authorization { get; set => field = string.IsNullOrEmpty(value) ? null : value; }
}

/// <summary>An S3 service. Empty values leave the choice to the AWS SDK: its environment variables, profiles and roles.</summary>
public sealed class S3OriginOptions
{
    /// <summary>Address of a service that is not Amazon's, such as http://minio:9000. Default: Amazon's of the region.</summary>
    [Url]
    public string? Endpoint { get; set => field = string.IsNullOrEmpty(value) ? null : value; }

    /// <summary>Such as eu-central-1. Default: the SDK's; with an endpoint, us-east-1.</summary>
    public string? Region { get; set => field = string.IsNullOrEmpty(value) ? null : value; }

    /// <summary>Ask without credentials, for public buckets. Default: false.</summary>
    public bool Anonymous { get; set; }
}
