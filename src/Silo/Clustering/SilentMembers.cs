using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansDiffusion.Silo.Starting;

namespace OrleansDiffusion.Silo.Clustering;

/// <summary>
/// Before a silo joins: waits for those that the membership table calls active, that signed it a moment ago, and that do
/// not answer. After a crash of every process at once nobody was left to declare them dead, and a silo that joins while
/// their signatures are fresh would ask them to answer for minutes. When those are stale, it does not.
/// </summary>
internal sealed partial class SilentMembers(MembershipOptions membership, TimeProvider time, ILogger<SilentMembers> logger) : BeforeStart
{
    private const string Signed =
        "SELECT address, port, iamalivetime FROM orleansmembershiptable WHERE deploymentid = @cluster AND status = 3";

    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Those that sign and do not answer are another matter, which the engine's own check tells better.</summary>
    private static readonly TimeSpan WaitMax = Membership.SilenceMax + TimeSpan.FromSeconds(4);

    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(membership.Database);
        var started = time.GetTimestamp();
        var isTold = false;
        while (await Find(source, cancellationToken) is { Count: > 0 } silent && time.GetElapsedTime(started) < WaitMax)
        {
            if (!isTold) Log.Waiting(logger, string.Join(", ", silent));
            isTold = true;
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<List<IPEndPoint>> Find(NpgsqlDataSource source, CancellationToken cancellation)
    {
        var signed = await ReadSigned(source, cancellation);
        var answers = await Task.WhenAll(signed.Select(silo => Answers(silo, cancellation)));
        return [.. signed.Zip(answers).Where(pair => !pair.Second).Select(pair => pair.First)];
    }

    /// <summary>Whoever had this silo's own address is dead for sure, and the engine knows it.</summary>
    private async Task<List<IPEndPoint>> ReadSigned(NpgsqlDataSource source, CancellationToken cancellation)
    {
        var own = new IPEndPoint(membership.AdvertisedAddress, membership.SiloPort);
        var fresh = time.GetUtcNow() - Membership.SilenceMax;
        await using var command = source.CreateCommand(Signed);
        command.Parameters.AddWithValue("cluster", membership.ClusterId);
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var signed = new List<IPEndPoint>();
        while (await rows.ReadAsync(cancellation))
        {
            var silo = new IPEndPoint(IPAddress.Parse(rows.GetString(0)), rows.GetInt32(1));
            if (rows.GetFieldValue<DateTimeOffset>(2) > fresh && !silo.Equals(own)) signed.Add(silo);
        }

        return signed;
    }

    private async Task<bool> Answers(IPEndPoint silo, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(AnswerMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        using var socket = new Socket(silo.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(silo, either.Token);
            return true;
        }
        catch (Exception problem) when (problem is SocketException || (problem is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1031, LogLevel.Information, "Waiting until {Silos} answer, or are dead for sure: they signed the membership table a moment ago")]
        public static partial void Waiting(ILogger logger, string silos);
    }
}
