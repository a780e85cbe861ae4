using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using OrleansDiffusion.Jobs;
using OrleansDiffusion.Silo;

namespace OrleansDiffusion.Cli.Clusters;

/// <summary>What one silo is told of itself: its name, where the others reach it, its devices and their labels.</summary>
internal sealed class SiloOptionSet
{
    private Option<string> Name { get; } = new("--name")
    {
        Description = "Name of the silo, in the ledger of jobs and on the dashboard.",
        DefaultValueFactory = _ => Environment.MachineName,
        HelpName = "NAME",
    };

    private Option<IPAddress> Advertise { get; } = new("--advertise")
    {
        Description = "IP address under which the other processes reach this silo.",
        DefaultValueFactory = _ => IPAddress.Loopback,
        HelpName = "IP",
        CustomParser = result => Parse(result),
    };

    private Option<int> SiloPort { get; } = Port("--silo-port", "Where silos talk to this one.", 11111);

    private Option<int> GatewayPort { get; } = Port("--gateway-port", "Where APIs and clients talk to this silo.", 30000);

    private Option<string[]> Devices { get; } = new("--device")
    {
        Description = "cpu, cuda or cuda:N; may be repeated.",
        DefaultValueFactory = _ => ["cpu"],
        HelpName = "DEVICE",
    };

    private Option<int?> Threads { get; } = new("--threads") { Description = "Threads of a CPU device. Default: as many as there are cores.", HelpName = "N" };

    private Option<string[]> Labels { get; } = new("--label")
    {
        Description = "name=value of every device here, such as gpu=l4, zone=eu-1, preemptible=true; may be repeated.",
        DefaultValueFactory = _ => [],
        HelpName = "TEXT",
    };

    private Option<DirectoryInfo[]> Models { get; } = new("--model-folder")
    {
        Description = "Model folder to register at the cluster's first start; may be repeated. Default: the demo model.",
        DefaultValueFactory = _ => [],
        HelpName = "FOLDER",
    };

    private Option<DirectoryInfo?> Imports { get; } = new("--imports")
    {
        Description = "Folder on this machine's own disk for imported models, which load faster. Default: none are imported.",
        HelpName = "FOLDER",
    };

    private Option<DirectoryInfo?> ModelStore { get; } = new("--models")
    {
        Description = "Folder for models that are added by an address. Default: models in the cluster's folder, which all silos see.",
        HelpName = "FOLDER",
    };

    private WeightsOptionSet Weights { get; } = new();

    public void AddTo(Command command)
    {
        Option[] own = [Name, Advertise, SiloPort, GatewayPort, Devices, Threads, Labels, Models, Imports, ModelStore];
        foreach (var option in own) command.Options.Add(option);
        Weights.AddTo(command);
        Devices.Validators.Add(result => Check(result, DeviceOf, "--device: '{0}' is none of cpu, cuda and cuda:N."));
        Labels.Validators.Add(result => Check(result, LabelText.Parse, $"--label: '{{0}}' is not name=value. The name {DeviceNeedsRules.NameRule}."));
    }

    public NodeOptions Read(ParseResult parse, MembershipOptions cluster, string? demoModel)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in parse.GetValue(Labels)!) labels[LabelText.Parse(text)!.Value.Key] = LabelText.Parse(text)!.Value.Value;
        var models = parse.GetValue(Models)!.Select(folder => folder.FullName).ToList();
        return new NodeOptions
        {
            DataFolder = cluster.ArtifactFolder,
            ImportFolder = parse.GetValue(Imports)?.FullName,
            ModelFolder = parse.GetValue(ModelStore)?.FullName,
            Weights = Weights.Read(parse),
            SiloName = parse.GetValue(Name)!,
            Cluster = cluster with
            {
                AdvertisedAddress = parse.GetValue(Advertise)!,
                SiloPort = parse.GetValue(SiloPort),
                GatewayPort = parse.GetValue(GatewayPort),
            },
            Devices = [.. parse.GetValue(Devices)!.Select(text => DeviceOf(text)! with { ThreadCount = parse.GetValue(Threads), Labels = labels })],
            SeedModelFolders = models.Count > 0 ? models : demoModel is null ? [] : [demoModel],
        };
    }

    private static DeviceOptions? DeviceOf(string text) => text.Split(':') switch
    {
        ["cpu"] => new DeviceOptions(),
        ["cuda"] => new DeviceOptions { Provider = "cuda" },
        ["cuda", var ordinal] when int.TryParse(ordinal, out var number) && number is >= 0 and < 64 => new DeviceOptions { Provider = "cuda", Ordinal = number },
        _ => null,
    };

    private static void Check<T>(OptionResult result, Func<string, T> read, string message)
    {
        foreach (var token in result.Tokens.Where(token => read(token.Value) is null)) result.AddError(string.Format(message, token.Value));
    }

    private static Option<int> Port(string name, string description, int port)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => port, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, out var number) || number is < 1 or > 65535))
                result.AddError($"{name}: '{token.Value}' is not a port from 1 to 65535.");
        });
        return option;
    }

    private static IPAddress? Parse(ArgumentResult result)
    {
        if (IPAddress.TryParse(result.Tokens[0].Value, out var address)) return address;
        result.AddError($"--advertise: '{result.Tokens[0].Value}' is not an IP address.");
        return null;
    }
}
