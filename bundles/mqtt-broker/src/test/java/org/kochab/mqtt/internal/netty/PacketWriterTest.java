package org.kochab.mqtt.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.AttributeKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kochab.mqtt.internal.core.packet.Acknowledgement;
import org.kochab.mqtt.internal.core.packet.Message;
import org.kochab.mqtt.internal.core.packet.Outbound;
import org.kochab.mqtt.internal.core.packet.Reason;

/** What we write, as Netty's MQTT decoder reads it. */
class PacketWriterTest {
    private final PacketWriter writer = new PacketWriter(UnpooledByteBufAllocator.DEFAULT);

    @Test
    void writesConnAck() {
        var five = (MqttConnAckMessage)
                read(new Outbound.ConnAck(true, Reason.SUCCESS, "auto-1", 60, 30, 64, 262_144, 8, null), 5);
        assertThat(five.variableHeader().isSessionPresent()).isTrue();
        MqttProperties properties = five.variableHeader().properties();
        assertThat(properties.getProperty(0x11).value()).isEqualTo(60);
        assertThat(properties.getProperty(0x12).value()).isEqualTo("auto-1");
        assertThat(properties.getProperty(0x13).value()).isEqualTo(30);
        assertThat(properties.getProperty(0x21).value()).isEqualTo(64);
        assertThat(properties.getProperty(0x22).value()).isEqualTo(8);
        assertThat(properties.getProperty(0x27).value()).isEqualTo(262_144);
        var refused = (MqttConnAckMessage) read(Outbound.ConnAck.refusal(Reason.BAD_CREDENTIALS, "Why."), 5);
        assertThat(refused.variableHeader().connectReturnCode().byteValue() & 0xFF)
                .isEqualTo(0x86);
        assertThat(refused.variableHeader().properties().getProperty(0x1F).value())
                .isEqualTo("Why.");
        var four = (MqttConnAckMessage) read(Outbound.ConnAck.refusal(Reason.BAD_CREDENTIALS, "Why."), 4);
        assertThat(four.variableHeader().connectReturnCode().byteValue()).isEqualTo((byte) 4);
    }

    @Test
    void writesPublish() {
        byte[] passedOn = {1, 1, 8, 0, 1, 'r'};
        Message message =
                new Message("tö/pic", "päyload".getBytes(StandardCharsets.UTF_8), 2, true, passedOn, Message.NEVER);
        Outbound.Publish packet = new Outbound.Publish(message, 77, 2, true, true, 10, new int[] {1, 200});
        var five = (MqttPublishMessage) read(packet, 5);
        assertThat(five.fixedHeader().qosLevel().value()).isEqualTo(2);
        assertThat(five.fixedHeader().isDup()).isTrue();
        assertThat(five.fixedHeader().isRetain()).isTrue();
        assertThat(five.variableHeader().topicName()).isEqualTo("tö/pic");
        assertThat(five.variableHeader().packetId()).isEqualTo(77);
        MqttProperties properties = five.variableHeader().properties();
        assertThat(properties.getProperty(1).value()).isEqualTo(1);
        assertThat(properties.getProperty(2).value()).isEqualTo(10);
        assertThat(properties.getProperty(8).value()).isEqualTo("r");
        assertThat(properties.getProperties(0x0B).toString()).contains(" 1)").contains(" 200)");
        assertThat(five.payload().toString(StandardCharsets.UTF_8)).isEqualTo("päyload");
        var four = (MqttPublishMessage) read(packet, 4);
        assertThat(four.payload().toString(StandardCharsets.UTF_8)).isEqualTo("päyload");
        five.release();
        four.release();
    }

    @Test
    void writesAcknowledgements() {
        for (Acknowledgement kind : Acknowledgement.values()) {
            for (int version = 4; version <= 5; version++) {
                MqttMessage plain = read(new Outbound.Acknowledge(kind, 5, Reason.SUCCESS), version);
                assertThat(plain.fixedHeader().messageType()).isEqualTo(MqttMessageType.valueOf(kind.name()));
                MqttMessage coded = read(new Outbound.Acknowledge(kind, 5, Reason.PACKET_ID_NOT_FOUND), version);
                var header = (MqttPubReplyMessageVariableHeader) coded.variableHeader();
                assertThat(header.messageId()).isEqualTo(5);
                assertThat(header.reasonCode() & 0xFF).isEqualTo(version == 5 ? 0x92 : 0);
            }
        }
    }

    @Test
    void writesAnswersToSubscriptions() {
        for (int version = 4; version <= 5; version++) {
            var subAck = (MqttSubAckMessage) read(new Outbound.SubAck(9, List.of(0, 2, 0x80)), version);
            assertThat(subAck.payload().reasonCodes()).containsExactly(0, 2, 0x80);
            var unsubAck = (MqttUnsubAckMessage)
                    read(new Outbound.UnsubAck(9, List.of(Reason.SUCCESS, Reason.NO_SUBSCRIPTION_EXISTED)), version);
            assertThat(unsubAck.payload().unsubscribeReasonCodes()).hasSize(version == 5 ? 2 : 0);
        }
    }

    @Test
    void writesTheRest() {
        assertThat(read(new Outbound.Pong(), 5).fixedHeader().messageType()).isEqualTo(MqttMessageType.PINGRESP);
        MqttMessage farewell = read(new Outbound.Disconnect(Reason.KEEP_ALIVE_TIMEOUT, "Silence."), 5);
        var header = (MqttReasonCodeAndPropertiesVariableHeader) farewell.variableHeader();
        assertThat(header.reasonCode() & 0xFF).isEqualTo(0x8D);
        assertThat(header.properties().getProperty(0x1F).value()).isEqualTo("Silence.");
    }

    private MqttMessage read(Outbound packet, int version) {
        EmbeddedChannel channel = new EmbeddedChannel(new MqttDecoder());
        channel.attr(AttributeKey.<MqttVersion>valueOf("NETTY_CODEC_MQTT_VERSION"))
                .set(version == 5 ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1);
        ByteBuf bytes = writer.write(packet, version);
        channel.writeInbound(bytes);
        MqttMessage message = channel.readInbound();
        assertThat(message.decoderResult().isSuccess())
                .as("%s", message.decoderResult())
                .isTrue();
        assertThat(channel.<Object>readInbound()).isNull();
        channel.finishAndReleaseAll();
        return message;
    }
}
