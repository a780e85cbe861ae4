using System.ComponentModel.DataAnnotations;

namespace OrleansDiffusion.Api;

/// <summary>How the REST gateway behaves. Defaults suit one machine and its owner.</summary>
public sealed class DiffusionApiOptions
{
    /// <summary>
    /// Every call needs "Authorization: Bearer od-..." and acts for the key's tenant. Without it everyone is the default
    /// tenant and an administrator, which is right only where nobody else can connect. Default false.
    /// </summary>
    public bool RequireApiKey { get; set; }

    /// <summary>Bytes of a JSON body. Larger takes longer prompts than any model reads. Default 1 MiB.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int JsonBytesMax { get; set; } = 1024 * 1024;

    /// <summary>
    /// Where callers reach this server, such as https://pictures.example.org, for the addresses in OpenAI's answers.
    /// Null (the default): as the request itself names it.
    /// </summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>
    /// Host names beside localhost that a keyless server on loopback answers to, for a proxy in front of it. Others are
    /// refused, since a web page could otherwise point its own name here and act as the machine's owner.
    /// </summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>Event streams open at once. Each holds a connection and a subscription. Default 1000.</summary>
    [Range(1, 1_000_000)]
    public int StreamCountMax { get; set; } = 1000;

    /// <summary>Silence on an event stream before a comment keeps proxies from closing it. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a key is believed without asking the store; a removed key works that much longer. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan KeyCacheTime { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Least time between two events of the cluster stream. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ClusterInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Label sets of one metric; further ones are counted and dropped. Default 500.</summary>
    [Range(1, 100_000)]
    public int MetricSeriesCountMax { get; set; } = 500;

    /// <summary>The dashboard's files; null (the default) for "wwwroot" beside the program.</summary>
    public string? DashboardFolder { get; set; }
}
